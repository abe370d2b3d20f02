package netpoll

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/internal/rawio"
)

// batch is how many events are taken from the kernel at once, and how many connections
// from the wheel before the first of them is looked after: some kilobytes.
const batch = 256

// few connections are looked after in a row while frames are being sent, and then the
// frames have the machine for a breath: the heartbeats of a tick take milliseconds.
const (
	few    = 16
	breath = time.Millisecond
)

// poll sees to what the kernel tells about connections, until the epoll is closed.
func (l *Lot) poll() error {
	raw, err := l.epoll.SyscallConn()
	if err != nil {
		return err
	}
	events := make([]unix.EpollEvent, batch)
	var failed error
	err = raw.Read(func(fd uintptr) (done bool) {
		failed = l.takeEvents(int(fd), events)
		return failed != nil
	})
	if l.hasEnded() { // err says that the epoll is closed
		return nil
	}
	return errors.Join(err, failed)
}

// takeEvents returns when there is none left, so that the next one wakes us.
func (l *Lot) takeEvents(fd int, events []unix.EpollEvent) error {
	for {
		n, err := rawio.EpollWait(fd, events)
		if err != nil || n == 0 {
			return err
		}
		for _, e := range events[:n] {
			if c := l.at(e.Fd); c != nil {
				if why := c.ready(uint32(e.Pad), e.Events); why != "" {
					c.owner.Over(why)
				}
			}
		}
	}
}

func (l *Lot) at(fd int32) *Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conns[fd]
}

func (l *Lot) hasEnded() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// keepTime turns the wheel until ctx ends. While there is no connection it stands still.
func (l *Lot) keepTime(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	due := make([]int32, 0, batch)
	conns := make([]*Conn, 0, batch)
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-l.some:
		}
		now := l.now()
		conns = l.due(now, due, conns)
		busy := l.sent.Swap(false)
		for i, c := range conns {
			c.visit(now)
			if i%few == few-1 && busy {
				time.Sleep(breath)
			}
		}
		clear(conns) // what is over must not be kept by us
		if l.Len() > 0 {
			timer.Reset(l.tick - time.Duration(now)%l.tick)
		}
	}
}

// isBusy notes that frames are sent.
func (l *Lot) isBusy() {
	if !l.sent.Load() { // most often it says so already, and need not be fetched to be written
		l.sent.Store(true)
	}
}

// due turns the wheel and returns the connections that have come up, using the slices.
func (l *Lot) due(now int64, numbers []int32, conns []*Conn) []*Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	conns = conns[:0]
	for _, fd := range l.wheel.turn(now/int64(l.tick), numbers[:0]) {
		conns = append(conns, l.conns[fd])
	}
	return conns
}

// schedule has c visited when the next thing is due for it.
func (l *Lot) schedule(c *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wheel.set(c.fd, l.ticks(c.next()))
}

// ticks is the first tick that is not before at.
func (l *Lot) ticks(at int64) int64 { return (at-1)/int64(l.tick) + 1 }

// now is the lot's time: what has passed since it was made, in nanoseconds.
func (l *Lot) now() int64 { return int64(time.Since(l.start)) }

// duplicate returns a second descriptor of conn. Go has made it one that never blocks;
// that holds for both, and os.File's Fd may have ended it.
func duplicate(conn net.Conn) (int, error) {
	from, is := conn.(syscall.Conn)
	if !is {
		return 0, ErrUnsupported
	}
	raw, err := from.SyscallConn()
	if err != nil {
		return 0, err
	}
	fd, failed := 0, error(nil)
	err = raw.Control(func(old uintptr) { fd, failed = unix.FcntlInt(old, unix.F_DUPFD_CLOEXEC, 0) })
	if err = errors.Join(err, os.NewSyscallError("fcntl", failed)); err != nil {
		return 0, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return 0, os.NewSyscallError("fcntl", err)
	}
	return fd, nil
}
