//go:build linux

// Package rawwait waits without telling Go's scheduler, for processes that have one thing to do.
// To tell the scheduler wakes a thread, which checks every 20 µs whether the call lasts, and that
// costs more than the order that the process waits for. In return the scheduler interrupts a long
// wait about a hundred times a second: the idle cost of such a process means nothing.
package rawwait

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Epoll is epoll_wait(2) for at most ms milliseconds, or without a limit if ms is negative.
// A signal may end it early, with no events.
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

// Until sleeps until due. time.Sleep wakes up to a millisecond late.
func Until(due time.Time) {
	for left := time.Until(due); left > 0; left = time.Until(due) {
		d := unix.NsecToTimespec(int64(left))
		_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&d)), 0, 0) // a signal ends it early
	}
}
