package rawio

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Read is read(2); it fails with EAGAIN while there is nothing.
func Read(fd int, p []byte) (int, error) { return call(unix.SYS_READ, fd, p) }

// Write is write(2) of what the kernel takes, which may be nothing.
func Write(fd int, p []byte) (int, error) {
	n, err := call(unix.SYS_WRITE, fd, p)
	if err == unix.EAGAIN {
		return 0, nil
	}
	return n, err
}

// Drain takes what the peer has sent, within reason: close(2) would answer it with a reset,
// and that overtakes what was written last.
func Drain(fd int) {
	var scrap [1024]byte
	for range 16 {
		if n, _ := Read(fd, scrap[:]); n < len(scrap) {
			return
		}
	}
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
