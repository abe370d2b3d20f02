package hub

import "slices"

// close closes one subscriber, unless it was removed already.
func (h *Hub) close(s *Subscriber, why string) {
	h.mu.Lock()
	removed := h.remove(s)
	if removed {
		s.reason = why
	}
	h.mu.Unlock()
	if removed {
		s.end()
	}
}

// removeGroup removes every subscriber of a group, which may be nil, and returns them. The caller
// must call tellEnd with them, without the lock. Here and below the hub must be locked.
func (h *Hub) removeGroup(g *group, why string) []*Subscriber {
	if g == nil {
		return nil
	}
	subscribers := slices.Clone(g.subscribers)
	h.removeAll(subscribers, why)
	return subscribers
}

func (h *Hub) removeAll(subscribers []*Subscriber, why string) {
	for _, s := range subscribers {
		h.remove(s)
		s.reason = why
	}
}

// remove removes a subscriber, and reports whether it was there. The last one of its group takes
// its place.
func (h *Hub) remove(s *Subscriber) bool {
	if s.at == removed {
		return false
	}
	g := s.group
	last := len(g.subscribers) - 1
	g.subscribers[s.at] = g.subscribers[last]
	g.subscribers[s.at].at = s.at
	g.subscribers[last] = nil
	g.subscribers, s.at = g.subscribers[:last], removed
	h.subscribers--
	if last == 0 {
		delete(h.groups, g.mart)
		h.hooks.Unwatch(g.mart)
	}
	return true
}

// tellEnd tells subscribers that were removed. The hub must not be locked.
func tellEnd(subscribers []*Subscriber) {
	for _, s := range subscribers {
		s.end()
	}
}
