package hub

import (
	"runtime"
	"time"

	"jumun/shared/wire"
)

// pause is left to other work after a few subscribers of a large group: so the last one of
// thousands gets its frame a quarter of a second after the first.
const pause = time.Millisecond

// A fanout is the frames that wait for a large group, such as a wall of screens at the head
// office: writing to thousands takes so long that the other marts would notice. At most as many
// frames wait as for one subscriber; beyond that the group is closed, and resumes from the log.
type fanout struct{ waiting []wire.Frame }

// fanOut lets a goroutine hand the frame to a group. It returns false if too many frames wait
// already. The hub must be locked.
func (h *Hub) fanOut(g *group, frame wire.Frame) bool {
	if g.fanout == nil {
		g.fanout = &fanout{}
		h.fanouts.Go(func() { h.serve(g) })
	}
	if len(g.fanout.waiting) >= h.queue {
		return false
	}
	g.fanout.waiting = append(g.fanout.waiting, frame)
	return true
}

// serve hands out the frames that wait for a group, until none does.
func (h *Hub) serve(g *group) {
	var subscribers []*Subscriber
	for {
		frame, more, ok := h.next(g, &subscribers)
		if !ok {
			return
		}
		for at := 0; at < len(subscribers); at += largeGroup {
			h.hand(subscribers[at:min(at+largeGroup, len(subscribers))], frame)
			if more {
				runtime.Gosched()
			} else {
				time.Sleep(pause)
			}
		}
	}
}

// next takes the frame that has waited longest, and the subscribers that get it. It reports in
// more whether others wait, so that there is no time for a pause.
func (h *Hub) next(g *group, subscribers *[]*Subscriber) (frame wire.Frame, more, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	waiting := g.fanout.waiting
	if len(waiting) == 0 {
		g.fanout = nil
		return wire.Frame{}, false, false
	}
	frame, g.fanout.waiting = waiting[0], waiting[1:]
	*subscribers = append((*subscribers)[:0], g.subscribers...)
	return frame, len(waiting) > 1, true
}
