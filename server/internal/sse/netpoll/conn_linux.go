package netpoll

import (
	"math"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// never is later than every time of a Poller.
const never = math.MaxInt64 / 2

// closing are the events by which a peer leaves: it closes, or closes one direction, or resets,
// or does not acknowledge in time. What it sends is not among them, and wakes nobody.
const closing = unix.EPOLLRDHUP | unix.EPOLLHUP | unix.EPOLLERR

type state uint8

const (
	closed    state = iota // closed, or not added yet
	parked                 //
	finishing              // Finish was called, and something waits
	written                // all that Finish had to write is written
	broken                 // a write failed
)

// A Conn is one connection of a Poller, to be embedded. The zero value is not parked. Never copy
// a Conn. It is safe for concurrent use.
type Conn struct {
	poller   *Poller
	handler  Handler
	waiting  *backlog // nil while the kernel takes everything
	deadline int64    // in the poller's time; never, once the handler was told
	mu       sync.Mutex
	fd       int32
	number   uint32 // tells it from others that had its descriptor
	state    state
	pushAt   uint32 // from when on a heartbeat follows the last frame, in pushUnits of the poller's time; 0: it did
}

// A heartbeat follows a frame in the first tick after pushAfter: sooner, both might arrive as one piece.
// A pushUnit keeps a Conn small.
const (
	pushAfter = 300 * time.Millisecond
	pushUnit  = 100 * time.Millisecond
)

func (c *Conn) init(p *Poller, fd int, h Handler, deadline time.Time) {
	c.poller, c.handler, c.fd, c.state = p, h, int32(fd), parked
	c.pushAt = pushTime(p.now())
	c.deadline = min(p.now()+min(int64(time.Until(deadline)), never/2), never)
}

// pushTime returns the pushAt of a frame that is written at now.
func pushTime(now int64) uint32 { return uint32((now+int64(pushAfter))/int64(pushUnit)) + 1 }

// Send writes a frame now, or queues it if the kernel takes no more. It never blocks. Frames
// arrive in the order of calls. Send returns false, and drops the frame, if Options.Queue frames
// wait already; the caller should then call Finish. The frame is shared, and must never change.
// On a connection that is not parked, Send does nothing and returns true.
func (c *Conn) Send(frame []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.state != parked:
		return true
	}
	c.pushAt = pushTime(c.poller.now())
	switch {
	case c.waiting == nil:
		c.put(frame)
		c.poller.noteSent()
		return true
	case len(c.waiting.frames) >= c.poller.opts.Queue:
		return false
	}
	c.waiting.frames = append(c.waiting.frames, frame)
	return true
}

// noteSent notes that frames are being sent.
func (p *Poller) noteSent() {
	if !p.sent.Load() { // mostly it is set already: a write would take the cache line from others
		p.sent.Store(true)
	}
}

// Finish ends the connection. If keep is true, it writes what waits first; otherwise only the
// rest of a frame that was begun. Then it writes last and closes the connection (FIN), all within
// Options.FinishTimeout. On a connection that is not parked, or is being finished, Finish does
// nothing. It never blocks.
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
		c.waiting.until = c.poller.now() + int64(c.poller.opts.FinishTimeout)
	}
	c.finish()
}

// onEvents handles events of the connection of that number, and does nothing if c is another
// one. It returns why the connection was closed, or "" if it was not.
func (c *Conn) onEvents(number, events uint32) Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == closed || c.number != number {
		return ""
	}
	if events&closing != 0 {
		return c.close(Disconnected)
	}
	c.flush()
	c.finish()
	return ""
}

// visit does what is due at now, and writes a heartbeat if one is due.
func (c *Conn) visit(now int64, beat bool) {
	overdue, why := c.check(now, beat)
	if overdue {
		c.handler.OnDeadline()
	}
	if why != "" {
		c.handler.OnClose(why)
	}
}

func (c *Conn) check(now int64, beat bool) (overdue bool, why Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.state == finishing && c.waiting.isLate(now):
		return false, c.close(Finished)
	case c.state != parked: // it is closed, or the kernel is about to tell that it is
		return false, ""
	case c.waiting.isLate(now):
		return false, c.close(TimedOut)
	}
	if overdue = now >= c.deadline; overdue {
		c.deadline = never
	}
	if c.waiting != nil { // bytes are on their way anyway
		return overdue, ""
	}
	pushed := c.pushAt != 0 && now/int64(pushUnit) >= int64(c.pushAt)
	if pushed {
		c.pushAt = 0
	}
	if beat || pushed {
		c.put(c.poller.opts.Beat)
	}
	return overdue, ""
}

// abandon closes the connection if it is not closed.
func (c *Conn) abandon() Reason {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == closed {
		return ""
	}
	return c.close(Disconnected)
}

// close closes the connection. It returns why, or Finished if all was written before.
func (c *Conn) close(why Reason) Reason {
	if c.state == written {
		why = Finished
	}
	c.state, c.waiting = closed, nil
	c.poller.remove(c)
	if why == Finished {
		discard(int(c.fd))
	}
	unix.Close(int(c.fd))
	return why
}
