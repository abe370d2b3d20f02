// Package hub hands the events of each mart to the streams and polls that are connected to this
// server: its subscribers.
//
// A subscriber gets every frame that is published after it joined, in the order of publishing,
// or it is closed. Publish never waits for a subscriber.
package hub

import (
	"sync"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Hooks tell which marts have subscribers, so that frames are published here for those alone.
// Watch and Unwatch are called with the hub locked, so that they cannot overtake each other.
// They must neither block nor call the hub.
type Hooks struct {
	Watch   func(mart order.MartID) // the first subscriber came
	Unwatch func(mart order.MartID) // the last subscriber left
	// Heard reports whether the events of a mart arrive here, after Watch. If they do not yet,
	// it also returns a channel that is closed once they do.
	Heard func(mart order.MartID) (heard bool, ready <-chan struct{})
}

// A Hub has every subscriber of this server. Make one with New. It is safe for concurrent use.
// It holds no lock while it hands over a frame.
type Hub struct {
	hooks Hooks
	queue int // how many frames may wait for a subscriber, or for a large group

	refused chan struct{} // closed by Refuse, which ends the waiting of Join
	refuse  func()
	fanouts sync.WaitGroup

	mu          sync.Mutex
	groups      map[order.MartID]*group // only marts that have subscribers
	subscribers int
}

// A group is the subscribers of one mart.
type group struct {
	hub         *Hub
	mart        order.MartID
	subscribers []*Subscriber
	fanout      *fanout // while a goroutine hands out the group's frames
}

// New returns a Hub. Up to queue frames may wait for each subscriber.
func New(queue int, hooks Hooks) *Hub {
	h := &Hub{hooks: hooks, queue: queue, refused: make(chan struct{}), groups: make(map[order.MartID]*group)}
	h.refuse = sync.OnceFunc(func() { close(h.refused) })
	return h
}

// largeGroup is how many subscribers an ordinary mart has at most. Publish hands them their
// frame itself; for more, that would delay the marts whose frames come next.
const largeGroup = 32

// Publish hands frame to every subscriber of a mart. It never waits: a subscriber that has no
// room for the frame is closed and resumes from the log, so that one stuck PC cannot delay the
// others. Calls about one mart must come one after another. The frame is shared: never change it.
func (h *Hub) Publish(mart order.MartID, frame wire.Frame) {
	var space [largeGroup]*Subscriber // on the stack: an ordinary mart costs no memory
	if subscribers, now := h.audience(space[:0], mart, frame); now {
		h.hand(subscribers, frame)
	}
}

// audience appends to subscribers those of a mart. It reports whether to hand them the frame
// now; otherwise a goroutine does that, or there are none.
func (h *Hub) audience(subscribers []*Subscriber, mart order.MartID, frame wire.Frame) (_ []*Subscriber, now bool) {
	h.mu.Lock()
	g := h.groups[mart]
	if g != nil && len(g.subscribers) <= largeGroup && g.fanout == nil {
		subscribers, now = append(subscribers, g.subscribers...), true
	}
	var late []*Subscriber
	if g != nil && !now && !h.fanOut(g, frame) {
		late = h.removeGroup(g, wire.ByeDrain)
	}
	h.mu.Unlock()
	tellEnd(late)
	return subscribers, now
}

func (h *Hub) hand(subscribers []*Subscriber, frame wire.Frame) {
	for _, s := range subscribers {
		if !s.take(frame) {
			h.close(s, wire.ByeSlow)
		}
	}
}

// Close closes every subscriber of a mart, because what is published next would not follow what
// they have. They reconnect and resume from the log.
func (h *Hub) Close(mart order.MartID, why string) {
	h.mu.Lock()
	removed := h.removeGroup(h.groups[mart], why)
	h.mu.Unlock()
	tellEnd(removed)
}

// Recheck closes every subscriber whose pass is no longer valid, and tells it why, a wire.Bye…. Call it
// after passes were revoked; those that join later are asked then. It takes some milliseconds for tens
// of thousands of subscribers, and Publish waits meanwhile.
func (h *Hub) Recheck(why string) {
	tellEnd(h.removeRevoked(why))
}

func (h *Hub) removeRevoked(why string) (revoked []*Subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for mart, g := range h.groups {
		for _, s := range g.subscribers {
			if !s.pass.Stands(mart) {
				revoked = append(revoked, s)
			}
		}
	}
	h.removeAll(revoked, why)
	return revoked
}

// Refuse makes Join fail from now on, also where it waits already. Those that have joined stay
// until Shed closes them.
func (h *Hub) Refuse() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse()
}

// Refuses reports whether Refuse was called.
func (h *Hub) Refuses() bool {
	select {
	case <-h.refused:
		return true
	default:
		return false
	}
}

// Shed closes n subscribers in no particular order, or all if there are fewer. It returns how
// many are left. Called repeatedly, it moves the devices to other servers a few at a time.
func (h *Hub) Shed(n int) (left int) {
	shed, left := h.removeSome(n)
	tellEnd(shed)
	return left
}

func (h *Hub) removeSome(n int) (shed []*Subscriber, left int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, g := range h.groups {
		if n <= len(shed) {
			break
		}
		shed = append(shed, g.subscribers[:min(n-len(shed), len(g.subscribers))]...)
	}
	h.removeAll(shed, wire.ByeDrain)
	return shed, h.subscribers
}

// Len returns how many subscribers there are.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.subscribers
}

// Wait returns once no goroutine of the hub hands out frames any more. Call it when nothing is
// published any more.
func (h *Hub) Wait() { h.fanouts.Wait() }
