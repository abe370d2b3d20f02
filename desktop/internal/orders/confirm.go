package orders

import (
	"maps"
	"slices"
	"time"

	"jumun/shared/order"
)

// An Ack is what the server has to be told of an order: that it was confirmed, or that the
// confirmation was taken back.
type Ack struct {
	Key
	Order     order.OrderID
	IDs       []order.ID // of all events that announced it
	Withdrawn bool       // a person has read that it was withdrawn
	Reopened  bool       // the confirmation was taken back
}

// Confirm marks an order that waits as confirmed here, and as unsent until the server knows it. It
// reports whether the order waited.
func (s *Store) Confirm(k Key, by string, now time.Time) bool {
	return s.ConfirmAll([]Key{k}, by, now) > 0
}

// ConfirmAll confirms as Confirm does, with one write and one sync for all. It returns how
// many of the orders waited.
func (s *Store) ConfirmAll(keys []Key, by string, now time.Time) (confirmed int) {
	return s.end(keys, Waiting, by, now)
}

// ReadAll marks orders as withdrawn and read here, as ConfirmAll does. An order that was withdrawn
// while a person confirmed it is none of ConfirmAll's: nobody has read of it yet.
func (s *Store) ReadAll(keys []Key, by string, now time.Time) (read int) {
	return s.end(keys, Cancelled, by, now)
}

// end makes those of the orders Confirmed that are in a state.
func (s *Store) end(keys []Key, state State, by string, now time.Time) (ended int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		e, known := s.entry(k)
		if !known || e.State != state {
			continue
		}
		e.State, e.Ended, e.By, e.Acked, e.Unsent, e.Reopened = Confirmed, now, by, "", true, false
		s.remember(record{Entry: &e})
		ended++
	}
	if ended > 0 {
		s.flush(time.Now())
	}
	return ended
}

// Reopen takes the confirmation of an order back, here at once. It reports whether there was one.
// Unless the server cannot have it yet, the server has to be told.
func (s *Store) Reopen(k Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, _ := s.entry(k)
	if e.State != Confirmed || !e.Withdrawn.IsZero() {
		return false
	}
	e.Reopened = !e.Unsent || s.sending[e.key()]
	e.State, e.Unsent, e.Ended, e.By = Waiting, false, time.Time{}, ""
	s.save(record{Entry: &e})
	return true
}

// Unsent returns what the server has to be told of a mart: first what was taken back, then what was
// confirmed, in the order in which that was done.
func (s *Store) Unsent(mart order.MartID) []Ack {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Ack
	for _, e := range slices.SortedFunc(maps.Values(s.unsent), func(x, y *Entry) int { return byEnd(*x, *y) }) {
		if e.Mart == mart {
			list = append(list, e.ack())
		}
	}
	return list
}

func (e Entry) ack() Ack {
	return Ack{Key: e.key(), Order: e.Order, IDs: e.ids(), Withdrawn: !e.Withdrawn.IsZero(), Reopened: e.Reopened}
}

// Sending marks what is about to be sent, and returns those of acks that still have to be sent.
func (s *Store) Sending(acks []Ack) (still []Ack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range acks {
		if e := s.unsent[a.Key]; e != nil && e.Reopened == a.Reopened {
			s.sending[a.Key] = true
			still = append(still, e.ack())
		}
	}
	return still
}

// Sent stores that the server knows a, or never will. What has changed since a was sent stays
// unsent.
func (s *Store) Sent(a Ack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, _ := s.entry(a.Key)
	now := e.ack()
	if !slices.Equal(now.IDs, a.IDs) || now.Withdrawn != a.Withdrawn || now.Reopened != a.Reopened || !e.Unsent && !e.Reopened {
		return
	}
	e.Unsent, e.Reopened = false, false
	s.save(record{Entry: &e})
}
