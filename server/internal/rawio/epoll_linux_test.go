package rawio

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestAnEpollTellsWhatIsThereAndWaitsForNothing(t *testing.T) {
	epoll, fd, err := OpenEpoll("test")
	if err != nil {
		t.Fatal(err)
	}
	defer epoll.Close()
	if err := epoll.SetReadDeadline(time.Time{}); err != nil {
		t.Errorf("Go does not wait for it: %v", err)
	}
	ours, theirs := pair(t)
	if err := EpollCtl(fd, unix.EPOLL_CTL_ADD, ours, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: 7}); err != nil {
		t.Fatal(err)
	}
	events := make([]unix.EpollEvent, 4)
	if n, err := EpollWait(fd, events); n != 0 || err != nil {
		t.Errorf("of nothing: %d, %v", n, err)
	}
	if _, err := Write(theirs, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if n, err := EpollWait(fd, events); n != 1 || err != nil || events[0].Fd != 7 {
		t.Errorf("%d, %v, %+v", n, err, events[0])
	}
	if _, err := EpollWait(-1, events); !errors.Is(err, unix.EBADF) {
		t.Error(err)
	}
	_ = epoll.Close()
	if err := epoll.SetReadDeadline(time.Time{}); err == nil {
		t.Error("it outlived its file")
	}
}
