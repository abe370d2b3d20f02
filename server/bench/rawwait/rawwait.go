//go:build linux

// Package rawwait waits without telling Go's scheduler, for processes that have one thing to do.
// To tell it wakes a thread of its own, which looks every 20 µs whether the call lasts, and
// costs more than the order that is waited for. In turn the scheduler interrupts who waits for
// long, about a hundred times a second: what such a process takes while idle says nothing.
package rawwait

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Epoll is epoll_wait(2) for at most ms milliseconds, or without a limit if that is
// negative. A signal may end it early, with no events.
func Epoll(epoll int, events []unix.EpollEvent, ms int) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(unsafe.SliceData(events))),
		uintptr(len(events)), uintptr(ms), 0, 0)
	switch errno {
	case 0:
		return int(n), nil
	case unix.EINTR:
		return 0, nil
	}
	return 0, errno
}

// Until sleeps until due. Sleep of package time wakes up to a millisecond late.
func Until(due time.Time) {
	for left := time.Until(due); left > 0; left = time.Until(due) {
		d := unix.NsecToTimespec(int64(left))
		_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&d)), 0, 0) // a signal ends it early
	}
}
