package orders

import "jumun/shared/order"

// SetMart sets the mart of this PC. The orders of other marts need nobody here: they stay in the history
// as they were, and need a person again when their mart is set again. With "", as before the first call,
// the orders of all marts need a person.
func (s *Store) SetMart(mart order.MartID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mart = mart
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
