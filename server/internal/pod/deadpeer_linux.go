package pod

import (
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// endDead ends connections whose peer has not acknowledged sent data for d
// (TCP_USER_TIMEOUT of tcp(7)), or answers no keep-alive. Set on a listening socket, it holds
// for every connection that the socket accepts.
func endDead(c syscall.RawConn, alive net.KeepAliveConfig, d time.Duration) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		set := func(level, option, value int) {
			failed = errors.Join(failed, unix.SetsockoptInt(int(fd), level, option, value))
		}
		set(unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1)
		set(unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, int(alive.Idle.Seconds()))
		set(unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, int(alive.Interval.Seconds()))
		set(unix.IPPROTO_TCP, unix.TCP_KEEPCNT, alive.Count)
		set(unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(d.Milliseconds()))
	})
	return errors.Join(err, failed)
}
