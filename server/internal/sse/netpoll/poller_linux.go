package netpoll

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// errEnded is what Add returns after Run has ended.
var errEnded = errors.New("the poller has ended")

// A Poller holds parked connections. It is safe for concurrent use.
//
// A Conn's lock is taken before the poller's, never after it. No system call is made under
// the poller's lock, and no Handler is called under either.
type Poller struct {
	opts         Options
	start        time.Time     // the poller's times are nanoseconds since then
	tick         time.Duration // how often the connections are visited
	ticksPerBeat int64         // in a heartbeat period
	ticked       int64         // the last tick in which they were
	epoll        *os.File
	fd           int           // of epoll
	first        chan struct{} // holds one value if a connection was added while there was none
	sent         atomic.Bool   // frames were sent since the last tick

	mu    sync.Mutex
	ended bool
	conns []*Conn // by descriptor; nil: not one of ours
	count int     // of those that are not nil
	added uint32  // how many connections were ever added
}

// New returns an empty Poller. The caller must call Run. Everything that has a time may be
// late by one tick: a 16th of the heartbeat, at least a millisecond, at most two seconds.
func New(opts Options) (*Poller, error) {
	epoll, fd, err := openEpoll()
	if err != nil {
		return nil, fmt.Errorf("park: %w", err)
	}
	if epoll.SetReadDeadline(time.Time{}) != nil { // Go's own poller cannot wait for it
		epoll.Close()
		return nil, ErrUnsupported
	}
	tick := min(max(opts.Heartbeat/minTicksPerBeat, time.Millisecond), maxTick)
	perBeat := max(int64(opts.Heartbeat/tick), 1)
	return &Poller{opts: opts, start: time.Now(), tick: tick, ticksPerBeat: perBeat, epoll: epoll, fd: fd, first: make(chan struct{}, 1)}, nil
}

// Len returns how many connections are parked. Those that are being finished count.
func (p *Poller) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

// Run serves the connections until ctx ends, which is nil; then it closes those that are
// left. It is called once.
func (p *Poller) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	polled := make(chan error, 1)
	go func() {
		defer cancel()
		polled <- p.poll()
	}()
	p.keepTime(ctx)
	p.closeAll()
	return errors.Join(p.epoll.Close(), <-polled)
}

// Add takes conn over: it belongs to c, and the caller must not use it any more. What the peer
// sends is never read. A Conn is added once. The deadline is that of Handler.OnDeadline.
//
// The connection lives on by a duplicate of its descriptor, for which there must be room below
// Options.Below; conn itself is closed. Add returns ErrUnsupported if conn has no
// descriptor, and another error if there is no room or if Run has ended. After an error conn
// is unchanged.
func (p *Poller) Add(c *Conn, conn net.Conn, h Handler, deadline time.Time) error {
	fd, err := duplicate(conn)
	if err == nil && fd >= p.opts.Below {
		unix.Close(fd)
		err = unix.EMFILE
	}
	if err != nil {
		return fmt.Errorf("park: %w", err)
	}
	if err := p.admit(c, fd, h, deadline); err != nil {
		unix.Close(fd)
		return fmt.Errorf("park: %w", err)
	}
	conn.Close()
	return nil
}

// admit parks c. It holds c's lock until the kernel watches the descriptor, because an event,
// or the end of Run, must find c complete.
func (p *Poller) admit(c *Conn, fd int, h Handler, deadline time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.init(p, fd, h, deadline)
	if err := p.insert(c); err != nil {
		c.state = closed
		return err
	}
	if err := c.watch(unix.EPOLL_CTL_ADD, 0); err != nil {
		c.state = closed
		p.remove(c)
		return os.NewSyscallError("epoll_ctl", err)
	}
	return nil
}

// insert makes c known by its descriptor, and numbers it.
func (p *Poller) insert(c *Conn) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return errEnded
	}
	for int(c.fd) >= len(p.conns) {
		p.conns = append(p.conns, nil)
	}
	p.added++
	c.number = p.added
	p.conns[c.fd] = c
	if p.count++; p.count == 1 {
		select {
		case p.first <- struct{}{}:
		default:
		}
	}
	return nil
}

// remove is called before c's descriptor is closed: after that it may be another's.
func (p *Poller) remove(c *Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c.fd] = nil
	p.count--
}

// closeAll closes every connection. No other can be added from then on.
func (p *Poller) closeAll() {
	p.mu.Lock()
	p.ended = true
	left := make([]*Conn, 0, p.count)
	for _, c := range p.conns {
		if c != nil {
			left = append(left, c)
		}
	}
	p.mu.Unlock()
	for _, c := range left {
		if why := c.abandon(); why != "" {
			c.handler.OnClose(why)
		}
	}
}

// now returns the poller's time: the nanoseconds since it was made.
func (p *Poller) now() int64 { return int64(time.Since(p.start)) }

// duplicate returns a second descriptor of conn. Go made the first one non-blocking, which
// holds for both, but os.File's Fd may have undone that.
func duplicate(conn net.Conn) (int, error) {
	from, ok := conn.(syscall.Conn)
	if !ok {
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
