package orders

import (
	"slices"
	"time"
	"unique"
)

// setEntry makes e the newest state of its order. The Entry of before is not changed: a search
// may be reading it.
func (s *Store) setEntry(e *Entry) {
	e.share()
	k := e.key()
	s.insert(s.orders[k], e)
	s.orders[k] = e
	s.names.add(e)
	for _, id := range e.Repeats {
		s.repeats[Key{e.Mart, id}] = e.ID
	}
	setMember(s.open, k, e, e.State != Confirmed)
	setMember(s.unsent, k, e, e.Unsent || e.Reopened)
	if !e.Unsent && !e.Reopened {
		delete(s.sending, k)
	}
	if len(s.list)-len(s.open)-len(s.unsent) > maxEnded {
		s.dropOldest()
	}
}

// insert puts e in its place in the list, and removes was, if that is not nil.
func (s *Store) insert(was, e *Entry) {
	if was != nil {
		i, _ := slices.BinarySearchFunc(s.list, was, byRecording)
		if byRecording(was, e) == 0 {
			s.list[i] = e
			return
		}
		s.list = slices.Delete(s.list, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(s.list, e, byRecording) // the end, as a rule
	s.list = slices.Insert(s.list, i, e)
}

// setMember gives set the value of k, or removes k.
func setMember[K comparable, V any](set map[K]V, k K, value V, in bool) {
	if in {
		set[k] = value
	} else {
		delete(set, k)
	}
}

// byRecording compares by the order of recording. No two orders are equal in it.
func byRecording(x, y *Entry) int {
	if c := x.At.Compare(y.At); c != 0 {
		return c
	}
	return byArrival(*x, *y)
}

// share makes entries share equal texts: there are few different ones.
func (e *Entry) share() {
	e.Mart, e.State = unique.Make(e.Mart).Value(), unique.Make(e.State).Value()
	e.By, e.Amount, e.Summary = unique.Make(e.By).Value(), unique.Make(e.Amount).Value(), unique.Make(e.Summary).Value()
}

// ended reports whether an order is only history: it may be dropped.
func (e *Entry) ended() bool { return e.State == Confirmed && !e.Unsent && !e.Reopened }

// forget drops what is too old. The newest order was recorded by the log's clock: a PC whose clock is
// years ahead must not lose its history.
func (s *Store) forget(now time.Time) {
	if last := len(s.list) - 1; last >= 0 && s.list[last].At.Before(now) {
		now = s.list[last].At
	}
	old, surplus := now.Add(-Kept), s.tooOld(now)
	s.drop(func(e *Entry) bool {
		if e.ended() {
			return e.At.Before(old)
		}
		if e.State == Confirmed || e.Reopened || surplus <= 0 { // the server has to be told, or a person
			return false
		}
		surplus--
		return s.count(e.Mart)
	})
	s.aged = time.Now() // by the clock of this process
}

// dropOldest drops the oldest of too many orders.
func (s *Store) dropOldest() {
	n := 0
	s.drop(func(e *Entry) bool {
		if !e.ended() {
			return false
		}
		n++
		return n <= maxEnded/10
	})
}

// drop removes the orders for which kind is true. It calls kind in the order of their recording.
func (s *Store) drop(kind func(*Entry) bool) {
	s.names = newNames()
	s.list = slices.DeleteFunc(s.list, func(e *Entry) bool {
		if !kind(e) {
			s.names.add(e)
			return false
		}
		delete(s.orders, e.key())
		delete(s.open, e.key())
		for _, id := range e.Repeats {
			delete(s.repeats, Key{e.Mart, id})
		}
		return true
	})
}
