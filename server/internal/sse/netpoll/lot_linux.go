package netpoll

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/internal/rawio"
)

// errEnded is what Enter answers when Run has ended.
var errEnded = errors.New("nobody looks after parked connections any more")

// A Lot holds parked connections. Its methods may be called by several goroutines.
//
// A Conn's lock is taken before the lot's, never after it; no system call is made with
// the lot's, and nobody is called with either.
type Lot struct {
	opts  Options
	start time.Time     // what times of the lot are counted from, in nanoseconds
	tick  time.Duration // how long a tick of the wheel lasts
	epoll *os.File
	fd    int           // of epoll
	some  chan struct{} // there is a first connection again; holds one, more say no more
	sent  atomic.Bool   // frames were, since the wheel was turned last

	mu    sync.Mutex
	ended bool
	conns []*Conn // by descriptor, nil where it is none of ours; as long as the highest of them
	count int     // of those that are not nil
	marks uint32  // how many connections entered
	wheel wheel   // of descriptors: when the next thing is due for each
}

// New returns an empty Lot. Its tick, by which everything that is due may be late, is a
// 16th of a heartbeat, at least a millisecond and at most two seconds. A Lot is to be Run.
func New(opts Options) (*Lot, error) {
	epoll, fd, err := rawio.OpenEpoll("lot")
	if err != nil {
		return nil, fmt.Errorf("park: %w", err)
	}
	if epoll.SetReadDeadline(time.Time{}) != nil { // Go cannot wait for it
		epoll.Close()
		return nil, ErrUnsupported
	}
	tick := min(max(opts.Heartbeat/spokes, time.Millisecond), 2*time.Second)
	return &Lot{opts: opts, start: time.Now(), tick: tick, epoll: epoll, fd: fd, some: make(chan struct{}, 1)}, nil
}

// Len is how many connections are parked, those being finished included.
func (l *Lot) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// Run looks after the connections until ctx ends, which is nil; then it closes those that
// are still there. It is called once.
func (l *Lot) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	polled := make(chan error, 1)
	go func() {
		defer cancel()
		polled <- l.poll()
	}()
	l.keepTime(ctx)
	l.clear()
	return errors.Join(l.epoll.Close(), <-polled)
}

// Enter takes conn over: from now on it belongs to c alone, and conn must not be used any
// more. What the peer sends is not read. A Conn is entered once.
//
// If conn has a method Detach, it gives its descriptor away by it. Else its descriptor is
// closed, and the connection lives on by a duplicate, for which there has to be room below
// the process's limit. Errors are ErrUnsupported, if conn has no descriptor, or another if
// there is no room, or if Run has ended; conn is as it was then, but for one that was
// detached, which is closed.
func (l *Lot) Enter(c *Conn, conn net.Conn, owner Owner, end time.Time) error {
	fd, err := descriptor(conn)
	if err != nil {
		return fmt.Errorf("park: %w", err)
	}
	if err := l.admit(c, fd, owner, end); err != nil {
		unix.Close(fd)
		return fmt.Errorf("park: %w", err)
	}
	conn.Close()
	return nil
}

// A detacher is a connection that gives its descriptor away.
type detacher interface{ Detach() (fd int, err error) }

func descriptor(conn net.Conn) (fd int, err error) {
	if d, is := conn.(detacher); is {
		return d.Detach()
	}
	return duplicate(conn)
}

// admit parks c, whose lock it holds until the connection is watched: only then may an
// event, or the end of Run, find it complete.
func (l *Lot) admit(c *Conn, fd int, owner Owner, end time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.init(l, fd, owner, end)
	if err := l.add(c); err != nil {
		c.state = unparked
		return err
	}
	if err := c.watch(unix.EPOLL_CTL_ADD, 0); err != nil {
		c.state = unparked
		l.forget(c)
		return os.NewSyscallError("epoll_ctl", err)
	}
	return nil
}

// add gives c its place, and the number that tells it from who had its descriptor before.
func (l *Lot) add(c *Conn) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return errEnded
	}
	for int(c.fd) >= len(l.conns) {
		l.conns = append(l.conns, nil)
	}
	l.marks++
	c.mark = l.marks
	l.conns[c.fd] = c
	if l.count++; l.count == 1 {
		select {
		case l.some <- struct{}{}:
		default:
		}
	}
	l.wheel.set(c.fd, l.ticks(c.next()))
	return nil
}

// forget is called before c's descriptor is closed: after that it may be another's.
func (l *Lot) forget(c *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[c.fd] = nil
	l.count--
	l.wheel.remove(c.fd)
}

// clear closes what is there, and lets nothing more in.
func (l *Lot) clear() {
	l.mu.Lock()
	l.ended = true
	left := make([]*Conn, 0, l.count)
	for _, c := range l.conns {
		if c != nil {
			left = append(left, c)
		}
	}
	l.mu.Unlock()
	for _, c := range left {
		if why := c.abandon(); why != "" {
			c.owner.Over(why)
		}
	}
}
