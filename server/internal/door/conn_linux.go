package door

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/internal/rawio"
)

// A Conn is the connection of a stream: a descriptor, as long as the device takes what is
// written at once; else a connection of Go's. It is not for several goroutines, and of
// what a net.Conn has it has Write, SetWriteDeadline and Close: a device says no more.
//
// When live ends, a Write that waits for the device ends as at its deadline.
type Conn struct {
	net.Conn // nil while there is fd
	fd       int
	deadline time.Time
	slow     func() // called once, before it waits for the device; nil: nobody wants to know
	live     context.Context
	unbind   func() bool // from live; nil while there is fd
}

// Write writes p, and waits for it until the deadline.
func (c *Conn) Write(p []byte) (n int, err error) {
	if c.Conn == nil {
		n, err = rawio.Write(c.fd, p)
		if n == len(p) || err != nil {
			return n, err
		}
		if err := c.slowDown(); err != nil {
			return n, err
		}
	}
	more, err := c.Conn.Write(p[n:])
	return n + more, err
}

func (c *Conn) slowDown() (err error) {
	if c.slow != nil {
		c.slow()
	}
	c.Conn, err = upgrade(c.fd)
	c.fd = gone
	if err != nil {
		return err
	}
	conn := c.Conn
	err = conn.SetWriteDeadline(c.deadline)
	c.unbind = context.AfterFunc(c.live, func() { _ = conn.SetWriteDeadline(time.Now()) }) // fails if it is closed
	return err
}

// SetWriteDeadline says until when a Write may wait; zero: for ever.
func (c *Conn) SetWriteDeadline(at time.Time) error {
	c.deadline = at
	if c.Conn != nil {
		return c.Conn.SetWriteDeadline(at)
	}
	return nil
}

// Detach returns the descriptor, which is the caller's then, non-blocking as it is. Nothing
// else may be done with c any more; to Close it does nothing.
func (c *Conn) Detach() (fd int, err error) {
	if c.Conn == nil {
		if c.fd == gone {
			return -1, net.ErrClosed
		}
		fd, c.fd = c.fd, gone
		return fd, nil
	}
	c.unbind()
	raw, err := c.Conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return -1, err
	}
	failed := raw.Control(func(of uintptr) { fd, err = unix.FcntlInt(of, unix.F_DUPFD_CLOEXEC, 0) })
	if err := errors.Join(err, failed); err != nil {
		return -1, err
	}
	return fd, c.Conn.Close()
}

// Close ends the connection: the device gets what was written, whatever it has sent.
func (c *Conn) Close() error {
	switch {
	case c.Conn != nil:
		c.unbind()
		if raw, err := c.Conn.(syscall.Conn).SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { conclude(int(fd)) }) // fails if it is closed
		}
		return c.Conn.Close()
	case c.fd == gone:
		return net.ErrClosed
	}
	fd := c.fd
	c.fd = gone
	conclude(fd)
	return unix.Close(fd)
}

// conclude says that nothing follows.
func conclude(fd int) {
	_ = unix.Shutdown(fd, unix.SHUT_WR) // fails if the device is gone
	rawio.Drain(fd)
}

// gone stands for a descriptor that is another's, or closed.
const gone = -1
