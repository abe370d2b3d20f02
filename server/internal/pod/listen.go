package pod

import (
	"context"
	"net"
	"syscall"
	"time"
)

// deadAfter is how long a device that answers nothing keeps its connection: its PC
// sleeps, or its cable is cut. Writes to it succeed until its buffer is full.
const deadAfter = 30 * time.Second

// keepAlive asks a quiet device whether it is still there.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: deadAfter / 2, Interval: deadAfter / 6, Count: 3}

// Listen returns a TCP listener at address, which leaves some descriptors to Redis. A connection of
// it ends when its peer has been dead for deadAfter.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	config := net.ListenConfig{
		Control:         func(_, _ string, c syscall.RawConn) error { return endDead(c, keepAlive, deadAfter) },
		KeepAliveConfig: keepAlive,
	}
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &reservingListener{l.(*net.TCPListener), newDescriptors()}, nil
}
