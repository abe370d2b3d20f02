package hub

import (
	"runtime"
	"time"

	"jumun/shared/wire"
)

// breath is left to the others after a few of a crowd's devices: so the last one of
// thousands has its frame a quarter of a second after the first.
const breath = time.Millisecond

// A crowd is what waits to be handed to a room of many devices, a wall of screens at the
// head office: writing to thousands takes so long that the other marts would notice.
type crowd struct {
	waiting []wire.Frame // as many as for one device; beyond it the room's devices are closed, and come again
}

// later has a frame handed to a room by a goroutine of its own; it is false if too many wait
// already. It wants the hub locked.
func (h *Hub) later(r *room, frame wire.Frame) bool {
	if r.crowd == nil {
		r.crowd = &crowd{}
		h.crowds.Go(func() { h.serve(r) })
	}
	if len(r.crowd.waiting) >= h.queue {
		return false
	}
	r.crowd.waiting = append(r.crowd.waiting, frame)
	return true
}

// serve hands out what waits for a room, until nothing does.
func (h *Hub) serve(r *room) {
	var devices []*Device
	for {
		frame, more, ok := h.next(r, &devices)
		if !ok {
			return
		}
		for at := 0; at < len(devices); at += few {
			h.hand(devices[at:min(at+few, len(devices))], frame)
			if more {
				runtime.Gosched()
			} else {
				time.Sleep(breath)
			}
		}
	}
}

// next takes the frame that has waited longest, and those who get it; more says that it is
// not the last one, so that there is no time to lose.
func (h *Hub) next(r *room, devices *[]*Device) (frame wire.Frame, more, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	waiting := r.crowd.waiting
	if len(waiting) == 0 {
		r.crowd = nil
		return wire.Frame{}, false, false
	}
	frame, r.crowd.waiting = waiting[0], waiting[1:]
	*devices = append((*devices)[:0], r.devices...)
	return frame, len(waiting) > 1, true
}
