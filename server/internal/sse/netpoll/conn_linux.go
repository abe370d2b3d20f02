package netpoll

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/internal/rawio"
)

// never is later than every time of a Lot.
const never = math.MaxInt64 / 2

// gone are the events by which a peer leaves: it closes, by half or all, or resets, or
// does not acknowledge in time. What it sends is none of them, and wakes nobody.
const gone = unix.EPOLLRDHUP | unix.EPOLLHUP | unix.EPOLLERR

type state uint8

const (
	unparked  state = iota // not entered, or over
	parked                 //
	finishing              // Finish was called, and something waits
	written                // all that Finish had to write is written
	broken                 // a write failed
)

// A Conn is one connection of a Lot, to be embedded; the zero value is not parked. It
// must not be copied. Its methods may be called by several goroutines.
type Conn struct {
	lot     *Lot
	owner   Owner
	waiting *backlog // nil while the kernel takes everything
	end     int64    // when the owner is told so; never, once it was
	beat    int64    // when the next heartbeat is due
	mu      sync.Mutex
	fd      int32
	mark    uint32 // tells it from others that had its descriptor
	state   state
}

func (c *Conn) init(l *Lot, fd int, owner Owner, end time.Time) {
	now := l.now()
	c.lot, c.owner, c.fd, c.state = l, owner, int32(fd), parked
	c.end = min(now+min(int64(time.Until(end)), never/2), never)
	// A pod that starts gets thousands at once: their heartbeats are spread for good.
	c.beat = now + 1 + rand.Int64N(int64(l.opts.Heartbeat))
}

// Send writes a frame now, or has it wait if the kernel takes no more; it never blocks.
// Frames arrive in the order of calls. It is false, and the frame is dropped, if Room
// frames wait already: the owner is expected to Finish. The frame is shared and must
// never change. On a connection that is not parked, finishing or over it does nothing and
// is true.
func (c *Conn) Send(frame []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.state != parked:
		return true
	case c.waiting == nil:
		c.put(frame)
		c.lot.isBusy()
		return true
	case len(c.waiting.frames) >= c.lot.opts.Room:
		return false
	}
	c.waiting.frames = append(c.waiting.frames, frame)
	return true
}

// Finish ends the connection: with keep what waits is written first, without it no more
// than the rest of a frame that was begun; then last; then it is closed (FIN), all within
// Options.Last. Calling it again does nothing, nor does it on a connection that is not
// parked or over. It never blocks.
func (c *Conn) Finish(keep bool, last []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != parked {
		return
	}
	c.state = finishing
	if c.waiting == nil {
		c.put(last)
	} else {
		c.waiting.conclude(keep, last)
		c.flush()
	}
	if c.waiting != nil {
		c.waiting.until = c.lot.now() + int64(c.lot.opts.Last)
		c.lot.schedule(c)
	}
	c.finish()
}

// ready sees to events of the connection with that mark, if c is still it, and says why
// it is over, if it is.
func (c *Conn) ready(mark, events uint32) Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == unparked || c.mark != mark { // its descriptor was another's, or is
		return ""
	}
	if events&gone != 0 {
		return c.close(Gone)
	}
	c.flush()
	c.finish()
	return ""
}

// visit does what is due at now.
func (c *Conn) visit(now int64) {
	due, why := c.look(now)
	if due {
		c.owner.Due()
	}
	if why != "" {
		c.owner.Over(why)
	}
}

func (c *Conn) look(now int64) (due bool, why Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.state {
	case parked:
		if c.waiting.late(now) {
			return false, c.close(Stuck)
		}
		if due = now >= c.end; due {
			c.end = never
		}
		if now >= c.beat {
			c.pulse(now)
		}
	case finishing:
		if c.waiting.late(now) {
			return false, c.close(Finished)
		}
	default: // it is over, or the poller is about to close it
		return false, ""
	}
	c.lot.schedule(c)
	return due, ""
}

// pulse writes a heartbeat. If something waits, then bytes are on their way anyway.
func (c *Conn) pulse(now int64) {
	every := int64(c.lot.opts.Heartbeat)
	if c.beat += every; c.beat <= now { // the machine slept
		c.beat = now + every
	}
	if c.waiting == nil {
		c.put(c.lot.opts.Beat)
	}
}

// abandon closes what is not closed.
func (c *Conn) abandon() Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == unparked {
		return ""
	}
	return c.close(Gone)
}

// next is when something is due, in the lot's time.
func (c *Conn) next() int64 {
	switch {
	case c.state == finishing && c.waiting != nil:
		return c.waiting.until
	case c.state != parked:
		return never
	case c.waiting != nil:
		return min(c.beat, c.end, c.waiting.until)
	}
	return min(c.beat, c.end)
}

// close ends the connection, and returns why: that, unless all was written before.
func (c *Conn) close(why Reason) Reason {
	if c.state == written {
		why = Finished
	}
	c.state, c.waiting = unparked, nil
	c.lot.forget(c)
	if why == Finished {
		rawio.Drain(int(c.fd))
	}
	unix.Close(int(c.fd))
	return why
}
