//go:build linux

package receivers

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/bench/counter"
	"jumun/server/bench/jsonpipe"
	"jumun/server/bench/rawwait"
	"jumun/server/bench/sseread"
	"jumun/server/bench/stats"
)

// The most events of one wait, the memory for one read, and how often the counter is
// checked while nothing arrives.
const (
	maxEvents    = 256
	maxRead      = 256 << 10
	pollInterval = 20 // milliseconds
)

// timeout is how long connecting devices may receive nothing at all.
const timeout = 20 * time.Second

// clients holds the streams of all devices of this process. It is not safe for concurrent use.
type clients struct {
	epoll     int
	devices   []device
	counter   *counter.Counter
	address   unix.Sockaddr
	started   time.Time // when the current question came
	current   *device   // whose frames are being read at now
	now       time.Time
	last      time.Time // when bytes last arrived
	waiting   int       // devices that are connecting
	reconnect bool      // a device whose stream ends connects again
	live      int       // devices with a stream and all orders that they missed
	toLive    []time.Duration
	groups    []group
	frame     func(sseread.Frame)
	answer    Answer
	buffer    [maxRead]byte
}

// Serve answers Questions until there are no more.
func Serve(in io.Reader, out io.Writer) error {
	runtime.LockOSThread()
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	c := &clients{epoll: epoll}
	c.frame = c.read
	return jsonpipe.Serve(in, out, c.ask)
}

func (c *clients) ask(q Question) (Answer, error) {
	c.answer, c.toLive, c.started, c.last = Answer{}, nil, time.Now(), time.Now()
	var err error
	switch {
	case q.Plan != nil:
		err = c.plan(q.Plan)
	case q.Connect != nil:
		err = c.connect(q.Connect)
	case q.Hear != nil:
		err = c.listen(q.Hear)
	}
	return c.result(), err
}

func (c *clients) plan(p *Plan) (err error) {
	if c.devices != nil {
		return errors.New("there is a plan already")
	}
	groups := 0
	for _, d := range p.Devices {
		c.devices = append(c.devices, device{Device: d, fd: -1})
		groups = max(groups, d.Group+1)
	}
	for i := range groups {
		c.groups = append(c.groups, newGroup(i > 0))
	}
	c.counter, err = counter.Open(p.Counter)
	return err
}

// connect opens the streams: a new one whenever another has become live.
func (c *clients) connect(q *Connect) error {
	address, err := sockaddr(q.Address)
	if err != nil {
		return err
	}
	c.address = address
	c.expect(q.Behind)
	c.reconnect = q.Return
	defer func() { c.reconnect = false }()
	next, tried := 0, c.started
	for c.live < len(c.devices) && time.Since(c.started)-c.answer.Live < timeout {
		for next < len(c.devices) && c.waiting < q.AtOnce {
			if err := c.dial(next); err != nil {
				return err
			}
			next++
		}
		if next == len(c.devices) && c.reconnect && time.Since(tried) >= retry {
			tried = time.Now()
			if err := c.connectIdle(); err != nil {
				return err
			}
		}
		if next == len(c.devices) && c.waiting == 0 && !c.reconnect {
			break // some were refused
		}
		if err := c.wait(); err != nil {
			return err
		}
	}
	if c.live < len(c.devices) {
		return fmt.Errorf("%d of %d streams are live; why the others are not: %v", c.live, len(c.devices), c.answer.Why)
	}
	return nil
}

// listen reads the streams. When the counter is full it reads a moment longer, for repeats.
func (c *clients) listen(q *Hear) error {
	const moment = 200 * time.Millisecond
	c.expect(0)
	c.reconnect = q.Return
	defer func() { c.reconnect = false }()
	for tried := (time.Time{}); ; {
		if c.reconnect && time.Since(tried) >= retry {
			tried = time.Now()
			if err := c.connectIdle(); err != nil {
				return err
			}
		}
		quiet := time.Since(c.last)
		wanted := c.counter.Wanted.Load()
		full := c.waiting == 0 && c.counter.Arrived.Load() >= wanted
		if wanted >= 0 && (full && quiet >= moment || quiet >= q.Timeout) {
			return nil
		}
		if err := c.wait(); err != nil {
			return err
		}
	}
}

// retry is how long a device waits after it was refused, or if it had no stream at first.
const retry = time.Second

// expect sets how many orders a device without a stream must get before it is live.
func (c *clients) expect(orders int) {
	for i := range c.devices {
		if c.devices[i].fd < 0 {
			c.devices[i].behind = orders
		}
	}
}

// connectIdle connects all devices that have no stream.
func (c *clients) connectIdle() error {
	for i := range c.devices {
		if c.devices[i].fd >= 0 {
			continue
		}
		if err := c.dial(i); err != nil {
			return err
		}
	}
	return nil
}

// wait handles the next events.
func (c *clients) wait() error {
	var events [maxEvents]unix.EpollEvent
	n, err := rawwait.Epoll(c.epoll, events[:], pollInterval)
	if err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	for _, e := range events[:n] {
		d := &c.devices[e.Fd]
		was := d.live
		c.ready(d, e.Events)
		if c.reconnect && d.fd < 0 && was { // a device that was refused waits
			if err := c.dial(int(e.Fd)); err != nil {
				return err
			}
		}
	}
	return nil
}

// result returns the answer, and clears what it was made of.
func (c *clients) result() Answer {
	a := c.answer
	for i := range c.devices {
		if c.devices[i].fd >= 0 {
			a.Held++
		}
	}
	a.ToLive = stats.QuantilesOf(c.toLive)
	for i := range c.groups {
		a.Heard = append(a.Heard, c.groups[i].result())
	}
	return a
}
