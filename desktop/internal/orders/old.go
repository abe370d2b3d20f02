package orders

import (
	"time"

	"jumun/shared/order"
)

// Old is how long an order waits before it is one of those that people see, and end, together: the
// servers' logs reach no further back, so no other PC asks for it any more.
const Old = logReach

// maxOld bounds the old orders that wait, on a PC that nobody looks at: beyond it the oldest are only
// counted.
const maxOld = 10_000

// isBefore reports whether an order was recorded before a time. Of one without a time nobody knows that.
func (e *Entry) isBefore(at time.Time) bool { return !e.At.IsZero() && e.At.Before(at) }

// OpenSince returns what Open does of the orders that were recorded at since or later, and how many were
// recorded before.
func (s *Store) OpenSince(since time.Time) (list []Entry, older int) {
	for _, e := range s.Open() {
		if e.isBefore(since) {
			older++
		} else {
			list = append(list, e)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for mart, n := range s.counted {
		if s.mart == "" || s.mart == mart {
			older += n
		}
	}
	return list, older
}

// EndBefore ends what needs a person and was recorded before since, as ConfirmAll and ReadAll do. It
// returns how many that were.
func (s *Store) EndBefore(since time.Time, by string, now time.Time) (ended int) {
	var waiting, cancelled []Key
	for _, e := range s.Open() {
		switch {
		case !e.isBefore(since):
		case e.State == Cancelled:
			cancelled = append(cancelled, e.key())
		default:
			waiting = append(waiting, e.key())
		}
	}
	ended = s.ConfirmAll(waiting, by, now) + s.ReadAll(cancelled, by, now)
	return ended + s.forgetCounted()
}

// forgetCounted sets the count of those that are not kept any more to 0. The journal is written anew: it
// may still have them.
func (s *Store) forgetCounted() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for mart, count := range s.counted {
		if s.mart == "" || s.mart == mart {
			n += count
			delete(s.counted, mart)
		}
	}
	if n > 0 {
		now := time.Now()
		if s.err = s.renew(now); s.err != nil {
			s.failed = now
		}
	}
	return n
}

// tooOld returns how many of the orders that wait must make room at now.
func (s *Store) tooOld(now time.Time) (surplus int) {
	surplus = -maxOld
	for _, e := range s.open {
		if e.isBefore(now.Add(-Old)) {
			surplus++
		}
	}
	return surplus
}

// count drops an order that waits, but for its number.
func (s *Store) count(mart order.MartID) bool {
	s.counted[mart]++
	return true
}
