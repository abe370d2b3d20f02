package rawio

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// OpenEpoll makes an epoll for which Go's own poller waits: it is itself a file to wait for.
// So no thread stays in epoll_wait, and closing the file is all it takes to end. The number
// of its descriptor is fd.
func OpenEpoll(name string) (epoll *os.File, fd int, err error) {
	fd, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, -1, os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, -1, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fd), name), fd, nil
}

// EpollWait is epoll_wait(2) without waiting: n events are there now.
func EpollWait(epoll int, events []unix.EpollEvent) (n int, err error) {
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(unsafe.SliceData(events))),
			uintptr(len(events)), 0, 0, 0)
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, os.NewSyscallError("epoll_wait", errno)
		}
	}
}

// EpollCtl is epoll_ctl(2).
func EpollCtl(epoll, op, fd int, event *unix.EpollEvent) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_CTL, uintptr(epoll), uintptr(op), uintptr(fd), uintptr(unsafe.Pointer(event)), 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
