package hub

import (
	"sync"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Pass reports whether its holder may still hear a mart. When its answer changes from yes to
// no, Recheck must be called. It is asked with the hub locked, for thousands of subscribers at a
// time, and must neither block nor call the hub.
type Pass interface {
	Stands(mart order.MartID) bool
}

// A Receiver gets what the hub has for a subscriber, one call at a time. It must not block, nor
// call the subscriber or the hub. It must ignore calls that come after Leave or OnEnd.
type Receiver interface {
	// Take takes a frame. It returns false if it has no room; the subscriber is then closed,
	// because it has missed a frame.
	Take(wire.Frame) bool
	// OnEnd is called once when the hub closes the subscriber, but not after Leave: why is a
	// wire.Bye….
	OnEnd(why string)
}

// A Subscriber is one stream's, or one poll's, end of the hub. Its frames wait in a queue, for a
// goroutine that calls Next, until Hand gives it a Receiver.
type Subscriber struct {
	group  *group
	at     int // in group.subscribers; removed: it is not there any more
	pass   Pass
	reason string // why the hub closed it, a wire.Bye…; empty: it did not

	mu     sync.Mutex // held while a frame is handed over, so that they come in their order
	ended  bool       // the receiver was told that the hub closed the subscriber
	missed bool       // there was no room for a frame: none that follows may be taken
	to     Receiver   // its queue until Hand
}

const removed = -1

// Ready returns a channel that has a value while a frame waits, or once the subscriber was
// closed. It is for one goroutine, until Hand.
func (s *Subscriber) Ready() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.(*queue).ready
}

// Next returns the frame that has waited longest, and whether there is one.
func (s *Subscriber) Next() (frame wire.Frame, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.to.(*queue)
	frame, ok = q.pop()
	if len(q.frames) > 0 || s.ended {
		q.wake()
	}
	return frame, ok
}

// Closed returns why the hub closed the subscriber, a wire.Bye…, or "" while it has not. Frames
// may still wait then; if the reason is wire.ByeRevoked, they are not for the device.
func (s *Subscriber) Closed() (why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		return ""
	}
	return s.reason
}

// Leave removes the subscriber. Calling it again does nothing.
func (s *Subscriber) Leave() {
	h := s.group.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(s)
}

// Close lets the hub close the subscriber, unless it was removed already.
func (s *Subscriber) Close(why string) { s.group.hub.close(s, why) }

// Hand gives the frames that wait, and all that come from now on, to a Receiver. Next must not be
// called any more. If the subscriber was closed already, the Receiver is told now.
func (s *Subscriber) Hand(to Receiver) {
	if !s.hand(to) {
		s.Close(wire.ByeSlow)
	}
}

func (s *Subscriber) hand(to Receiver) (roomy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	frames := s.to.(*queue).frames
	roomy = true
	for len(frames) > 0 && roomy && (!s.ended || s.reason != wire.ByeRevoked) {
		roomy, frames = to.Take(frames[0]), frames[1:]
	}
	if s.ended {
		to.OnEnd(s.reason)
	}
	s.to, s.missed = to, !roomy
	return roomy
}

func (s *Subscriber) take(frame wire.Frame) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.missed && s.to.Take(frame)
}

// end tells the receiver that the hub has closed the subscriber.
func (s *Subscriber) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.to.OnEnd(s.reason)
}

// A queue is the Receiver of a subscriber whose frames a goroutine takes. The subscriber's lock
// protects it.
type queue struct {
	room   int
	frames []wire.Frame
	ready  chan struct{} // see Ready
}

func newQueue(room int) *queue { return &queue{room: room, ready: make(chan struct{}, 1)} }

// Take appends a frame if there is room.
func (q *queue) Take(frame wire.Frame) bool {
	if len(q.frames) >= q.room {
		return false
	}
	q.frames = append(q.frames, frame)
	q.wake()
	return true
}

// OnEnd wakes the goroutine.
func (q *queue) OnEnd(string) { q.wake() }

func (q *queue) pop() (frame wire.Frame, ok bool) {
	if len(q.frames) == 0 {
		return wire.Frame{}, false
	}
	frame, q.frames = q.frames[0], q.frames[1:]
	return frame, true
}

func (q *queue) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}
