//go:build unix

package pod

import (
	"math"
	"syscall"

	"golang.org/x/sys/unix"
)

// newDescriptors reads the limit of the process (RLIMIT_NOFILE of setrlimit(2)). Go has raised it to
// the hard limit at the start.
func newDescriptors() descriptors {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > math.MaxInt32 {
		return divideDescriptors(math.MaxInt32)
	}
	return divideDescriptors(int(limit.Cur))
}

// descriptorOf returns the descriptor of c, or 0 if it has none.
func descriptorOf(c any) (own int) {
	control(c, func(fd uintptr) { own = int(fd) })
	return own
}

// nextDescriptor returns the lowest free number, which the next connection gets, by duplicating c. It
// is 0 if c has none, or is closed.
func nextDescriptor(c any) (next int) {
	control(c, func(fd uintptr) {
		var err error
		if next, err = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0); err != nil {
			next = math.MaxInt // none is free
			return
		}
		_ = unix.Close(next)
	})
	return next
}

func control(c any, f func(fd uintptr)) {
	if from, ok := c.(syscall.Conn); ok {
		if raw, err := from.SyscallConn(); err == nil {
			_ = raw.Control(f) // it fails if c is closed
		}
	}
}
