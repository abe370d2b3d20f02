package door

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/internal/rawio"
)

// linger is how long a connection that says nothing waits in the porch. When thousands come
// at once the kernel lets them in before they have spoken (tcp_syncookies in tcp(7)), and
// with net/http each of them would cost a goroutine and its buffers, all at the same time.
const linger = 5 * time.Second

// A porch is where connections wait that were let in and have said nothing yet, at some
// hundred bytes each. Those that go on being quiet are for net/http, which knows when to
// lose patience.
type porch struct {
	door   *Door
	linger time.Duration // linger, but in tests
	epoll  *os.File
	fd     int // of epoll

	mu    sync.Mutex
	ended bool            // epoll is about to be closed, and its number another's
	quiet map[int]request // by descriptor
	order []request       // as they came; some have gone on since
}

func openPorch(d *Door) (*porch, error) {
	epoll, fd, err := rawio.OpenEpoll("porch")
	if err != nil {
		return nil, fmt.Errorf("door: %w", err)
	}
	return &porch{door: d, linger: linger, epoll: epoll, fd: fd, quiet: make(map[int]request)}, nil
}

// close ends run, and closes the connections that wait. Nobody may enter any more.
func (p *porch) close() {
	quiet := p.end()
	_ = p.epoll.Close() // it waits until run does nothing with it, which may want the lock
	for fd := range quiet {
		_ = unix.Close(fd)
	}
}

// end lets nobody in any more, and returns who is there.
func (p *porch) end() (quiet map[int]request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	quiet, p.quiet = p.quiet, nil
	return quiet
}

// enter has a connection wait; it is false if there is no room.
func (p *porch) enter(r request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || rawio.EpollCtl(p.fd, unix.EPOLL_CTL_ADD, r.fd, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLRDHUP, Fd: int32(r.fd)}) != nil {
		return false
	}
	p.quiet[r.fd] = r
	p.order = append(p.order, r)
	if len(p.order) == 1 {
		_ = p.epoll.SetReadDeadline(r.came.Add(p.linger)) // an epoll has deadlines
	}
	return true
}

// leave takes the connection of a descriptor out, if it is there.
func (p *porch) leave(fd int) (r request, was bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r, was = p.quiet[fd]; was {
		delete(p.quiet, fd)
		_ = rawio.EpollCtl(p.fd, unix.EPOLL_CTL_DEL, fd, nil) // it is there
	}
	return r, was
}

// run sends those on their way who speak, and those who do not for too long, until the
// porch is closed.
func (p *porch) run() {
	defer p.close()
	raw, err := p.epoll.SyscallConn()
	if err != nil { // closed
		return
	}
	buffer, events := make([]byte, maxHead), make([]unix.EpollEvent, 64)
	for {
		var failed error
		err := raw.Read(func(fd uintptr) bool {
			failed = p.hear(int(fd), events, buffer)
			return failed != nil
		})
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			p.lose(time.Now())
		case err != nil: // closed
			return
		case failed != nil:
			p.door.complain(failed)
			return
		}
	}
}

// hear takes what is said, until there is nothing more.
func (p *porch) hear(fd int, events []unix.EpollEvent, buffer []byte) error {
	for {
		n, err := rawio.EpollWait(fd, events)
		if err != nil || n == 0 {
			return err
		}
		for _, e := range events[:n] {
			r, was := p.leave(int(e.Fd))
			if !was { // it has ended, and waits for us
				return nil
			}
			p.door.hear(r, buffer)
		}
	}
}

// lose hands those to net/http who have waited too long by now.
func (p *porch) lose(now time.Time) {
	for {
		r, late := p.first(now)
		if !late {
			return
		}
		if at, was := p.leave(r.fd); was {
			p.door.pass(at.fd, nil)
		}
	}
}

// first is who has waited longest, if that is too long; else run is woken when it will be.
func (p *porch) first(now time.Time) (r request, late bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ; len(p.order) > 0; p.order = p.order[1:] {
		r = p.order[0]
		if !p.quiet[r.fd].came.Equal(r.came) { // it has gone on
			continue
		}
		at := r.came.Add(p.linger)
		if late = !at.After(now); !late {
			_ = p.epoll.SetReadDeadline(at)
		}
		return r, late
	}
	p.order = nil
	if len(p.quiet) == 0 && !p.ended {
		p.quiet = make(map[int]request) // the old one keeps room for all who were ever there
	}
	_ = p.epoll.SetReadDeadline(time.Time{})
	return request{}, false
}
