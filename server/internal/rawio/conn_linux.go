package rawio

import (
	"io"
	"net"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Conn is c, a connection of package net, with the system calls of this package. Go's
// poller waits for it as before, so deadlines and Close are those of c. A connection
// without a descriptor of its own, such as one of TLS, is returned as it is.
//
// It is for connections on which little happens at a time. To tell the scheduler of a
// call wakes a thread of its own that watches over calls, and has it look every 20 µs
// whether this one lasts: while a message comes now and then, that costs several times
// what the message does.
func Conn(c net.Conn) net.Conn {
	from, is := c.(syscall.Conn)
	if !is {
		return c
	}
	raw, err := from.SyscallConn()
	if err != nil {
		return c
	}
	return &conn{c, raw}
}

type conn struct {
	net.Conn
	raw syscall.RawConn
}

// Read is that of io.Reader.
func (c *conn) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	failed := c.raw.Read(func(fd uintptr) bool {
		n, err = Read(int(fd), p)
		return err != unix.EAGAIN
	})
	switch {
	case failed != nil:
		return 0, failed
	case n == 0 && err == nil:
		return 0, io.EOF
	}
	return n, c.wrap("read", err)
}

// Write is that of io.Writer.
func (c *conn) Write(p []byte) (n int, err error) {
	failed := c.raw.Write(func(fd uintptr) bool {
		wrote, err2 := Write(int(fd), p[n:])
		n, err = n+wrote, err2
		return err != nil || n == len(p)
	})
	if failed != nil {
		return n, failed
	}
	return n, c.wrap("write", err)
}

func (c *conn) wrap(call string, err error) error {
	if err == nil {
		return nil
	}
	addr := c.RemoteAddr()
	return &net.OpError{Op: call, Net: addr.Network(), Source: c.LocalAddr(), Addr: addr, Err: err}
}

// SyscallConn is for who looks whether something has come, or the peer is gone, as go-redis
// does before every command: the func given to Read of the RawConn is called only if that
// is so. It must not wait for anything.
func (c *conn) SyscallConn() (syscall.RawConn, error) { return looked{c.raw}, nil }

type looked struct{ syscall.RawConn }

func (l looked) Read(f func(fd uintptr) bool) error {
	quiet := false
	if err := l.RawConn.Read(func(fd uintptr) bool { quiet = isQuiet(int(fd)); return true }); err != nil || quiet {
		return err
	}
	return l.RawConn.Read(f)
}

// isQuiet says whether nothing has come, not even an end or an error.
func isQuiet(fd int) bool {
	var b byte
	_, _, err := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&b)), 1, unix.MSG_PEEK|unix.MSG_DONTWAIT, 0, 0)
	return err == unix.EAGAIN
}
