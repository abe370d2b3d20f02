package orders

import (
	"maps"
	"slices"
	"time"

	"jumun/shared/order"
)

// SetMart sets the mart of this PC. The orders of other marts need nobody here: they stay in the history
// as they were, and need a person again when their mart is set again. With "", as before the first call,
// the orders of all marts need a person.
func (s *Store) SetMart(mart order.MartID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mart = mart
}

// Forget drops everything that is known of a mart: this PC was paired with it by mistake, so nobody here
// may see its orders, or confirm them.
func (s *Store) Forget(mart order.MartID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(func(e *Entry) bool { return e.Mart == mart })
	ofMart := func(k Key) bool { return k.Mart == mart }
	maps.DeleteFunc(s.unsent, func(k Key, _ *Entry) bool { return ofMart(k) })
	maps.DeleteFunc(s.sending, func(k Key, _ bool) bool { return ofMart(k) })
	delete(s.lastID, mart)
	delete(s.gaps, mart)
	delete(s.counted, mart)
	s.unstored = slices.DeleteFunc(s.unstored, func(r record) bool { return r.unknown == nil && r.mart() == mart })
	now := time.Now()
	if s.err = s.renew(now); s.err != nil {
		s.failed = now
	}
}

// needs returns a function that reports whether an order needs a person here.
func (s *Store) needs() func(*Entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return needsAt(s.mart)
}

func needsAt(mart order.MartID) func(*Entry) bool {
	return func(e *Entry) bool { return e.State != Confirmed && (mart == "" || e.Mart == mart) }
}
