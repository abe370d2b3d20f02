package netpoll

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestAnEpollEndsWhenItsFileIsClosed(t *testing.T) {
	epoll, fd, err := openEpoll()
	if err != nil {
		t.Fatal(err)
	}
	if err := epoll.SetReadDeadline(time.Time{}); err != nil {
		t.Errorf("Go's poller does not wait for it: %v", err)
	}
	if err := new(Poller).handleEvents(fd, make([]unix.EpollEvent, 4)); err != nil {
		t.Errorf("without events: %v", err)
	}
	_ = epoll.Close()
	if err := epoll.SetReadDeadline(time.Time{}); err == nil {
		t.Errorf("after Close: %v", err)
	}
	if err := new(Poller).handleEvents(-1, make([]unix.EpollEvent, 4)); !errors.Is(err, unix.EBADF) {
		t.Errorf("of no epoll: %v", err)
	}
}
