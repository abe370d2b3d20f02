//go:build linux

// Package rawio reads, writes and accepts on non-blocking sockets by system calls that bypass Go's
// scheduler. To tell the scheduler costs about a tenth of each call.
package rawio

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Read is read(2). It fails with EAGAIN when there is nothing to read.
func Read(fd int, p []byte) (int, error) { return call(unix.SYS_READ, fd, p) }

// Write is write(2). The kernel may take only a part of the bytes, or none.
func Write(fd int, p []byte) (int, error) {
	n, err := call(unix.SYS_WRITE, fd, p)
	if err == unix.EAGAIN {
		return 0, nil
	}
	return n, err
}

func call(trap uintptr, fd int, p []byte) (int, error) {
	for {
		n, _, err := unix.RawSyscall(trap, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		switch err {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, err
		}
	}
}
