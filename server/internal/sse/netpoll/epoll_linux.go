package netpoll

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// eventsAtOnce is how many events are taken from the kernel at a time: some kilobytes.
const eventsAtOnce = 256

// openEpoll returns an epoll and its descriptor. Go's own poller waits for it, because an epoll
// is itself a file that can become readable: so no thread stays in epoll_wait, and closing the
// file ends the waiting.
func openEpoll() (epoll *os.File, fd int, err error) {
	fd, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, -1, os.NewSyscallError("epoll_create1", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, -1, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fd), "epoll"), fd, nil
}

// poll handles the events of the connections until the epoll is closed.
func (p *Poller) poll() error {
	raw, err := p.epoll.SyscallConn()
	if err != nil {
		return err
	}
	events := make([]unix.EpollEvent, eventsAtOnce)
	var failed error
	err = raw.Read(func(fd uintptr) (done bool) {
		failed = p.handleEvents(int(fd), events)
		return failed != nil
	})
	if p.hasEnded() { // err says that the epoll is closed
		return nil
	}
	return errors.Join(err, failed)
}

// handleEvents returns when no event is left, so that the next one wakes poll.
func (p *Poller) handleEvents(fd int, events []unix.EpollEvent) error {
	for {
		n, err := unix.EpollWait(fd, events, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return os.NewSyscallError("epoll_wait", err)
		}
		for _, e := range events[:n] {
			if c := p.conn(e.Fd); c != nil {
				if why := c.onEvents(uint32(e.Pad), e.Events); why != "" {
					c.handler.OnClose(why)
				}
			}
		}
	}
}

func (p *Poller) conn(fd int32) *Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conns[fd]
}

func (p *Poller) hasEnded() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}
