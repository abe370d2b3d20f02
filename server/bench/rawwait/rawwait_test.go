//go:build linux

package rawwait

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestUntilDoesNotReturnBefore(t *testing.T) {
	due := time.Now().Add(3 * time.Millisecond)
	Until(due)
	if now := time.Now(); now.Before(due) {
		t.Errorf("%v early", due.Sub(now))
	}
	Until(due) // that was
}

func TestEpollSaysWhatIsReady(t *testing.T) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(epoll)
	var events [4]unix.EpollEvent
	if n, err := Epoll(epoll, events[:], 1); n != 0 || err != nil {
		t.Errorf("of nothing: %d, %v", n, err)
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(ends[0])
	if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, ends[0], &unix.EpollEvent{Events: unix.EPOLLIN, Fd: 7}); err != nil {
		t.Fatal(err)
	}
	_ = unix.Close(ends[1])
	if n, err := Epoll(epoll, events[:], -1); n != 1 || err != nil || events[0].Fd != 7 {
		t.Errorf("%d, %v, %+v", n, err, events[0])
	}
	if _, err := Epoll(-1, events[:], 0); err != unix.EBADF {
		t.Error(err)
	}
}
