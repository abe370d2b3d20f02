package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// deadAfter is how long a device that answers nothing keeps its connection: its PC
// sleeps, or its cable is cut. Writes to it succeed until its buffer is full.
const deadAfter = 30 * time.Second

// keepAlive asks a quiet device whether it is there.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: deadAfter / 2, Interval: deadAfter / 6, Count: 3}

// listen accepts connections at address, which a flag gave, and on which a dead peer is found within deadAfter.
func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	config := net.ListenConfig{
		Control:         func(_, _ string, c syscall.RawConn) error { return findDead(c, keepAlive, deadAfter) },
		KeepAliveConfig: keepAlive,
	}
	l, err := config.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, inUse(address, flag)
	}
	if err != nil {
		return nil, advise(err, "choose another address with "+flag, flag+"으로 다른 주소를 지정하세요")
	}
	return l, nil
}

// isLoopback says whether only programs of this machine can reach address.
func isLoopback(address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, advise(fmt.Errorf("%q is not an address (%w)", address, err), "write host:port, such as 127.0.0.1:8080", "127.0.0.1:8080처럼 적으세요")
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback(), nil
}

func inUse(address, flag string) error {
	return advise(fmt.Errorf("%s is in use", address),
		"stop the other program (another jumun-server?) or choose another address with "+flag,
		"사용 중인 주소입니다. 다른 프로그램을 종료하거나 "+flag+"으로 다른 주소를 지정하세요")
}
