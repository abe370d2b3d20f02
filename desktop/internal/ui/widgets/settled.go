package widgets

import "time"

// SettleTime is how long a confirm button must have been in its place before a click
// counts. Otherwise the second click of a double click, or a finger that was already on
// its way, would confirm the order that has just moved under it. People need at least
// 200 ms to react to what they see; a slow double click takes 500 ms.
const SettleTime = 500 * time.Millisecond

// A Settled decides which clicks on a window count, where things that can be clicked come, move and
// go. K names such a thing. The zero Settled is ready to use.
//
// A click counts on what has been in its place for SettleTime. In a burst, which are clicks that
// follow each other faster than that, a click counts only on what was in its place when the burst
// began: an impatient person who presses again and again means what was pressed first.
type Settled[K comparable] struct {
	places      map[K]place
	burst, last time.Time // the first and the last click of the last burst
}

type place struct {
	at      float32
	since   time.Time
	pressed time.Time // see Restart
}

// Update takes where all things are now, as a distance along the window.
func (s *Settled[K]) Update(where map[K]float32, now time.Time) {
	places := make(map[K]place, len(where))
	for k, at := range where {
		places[k] = place{at: at, since: now}
		if was, ok := s.places[k]; ok && was.at == at {
			places[k] = was
		}
	}
	s.places = places
}

// Clear takes that nothing is on the window any more.
func (s *Settled[K]) Clear() { s.places = nil }

// Counts reports whether a click on k counts. It must be called once at every click, also at those
// that do not count.
func (s *Settled[K]) Counts(k K, now time.Time) bool {
	if now.Sub(s.last) >= SettleTime {
		s.burst = now
	}
	s.last = now
	is, ok := s.places[k]
	return ok && now.Sub(is.since) >= SettleTime && !is.since.After(s.burst) && now.Sub(is.pressed) >= SettleTime
}

// Restart makes k, which was just pressed, settle again: a double click is one press.
func (s *Settled[K]) Restart(k K, now time.Time) {
	is := s.places[k]
	is.pressed = now
	s.places[k] = is
}
