// Package orders stores the orders that this PC knows on its disk, and drops repeats.
package orders

import (
	"slices"
	"sync"
	"time"

	"jumun/shared/order"
)

// A Store keeps orders in memory and in a journal file. Make one with Open. It is safe for
// concurrent use.
//
// Whatever the disk does, an order waits until it is confirmed, and an acknowledgement is kept
// until it is sent: a change that cannot be written stays in memory, Err says so, and it is
// written with the next change. Each change is one write and one sync. A call that changes
// nothing writes nothing.
type Store struct {
	mu       sync.Mutex
	orders   map[Key]*Entry   // an Entry in here is never changed, but replaced
	list     []*Entry         // orders, in the order of their recording
	waiting  map[Key]struct{} // of orders, those that wait
	unsent   map[Key]struct{} // of orders, those whose confirmation the server lacks
	lastID   map[order.MartID]order.ID
	gaps     map[order.MartID]struct{} // marts of which orders may be missing
	journal  *journal
	renewAt  int       // the journal is written anew when it has so many lines
	aged     time.Time // when orders were last forgotten for their age
	unstored []record  // changes that the journal lacks; bounded, see maxUnstored
	err      error     // why it lacks them
	failed   time.Time // when the last write failed
}

// Take stores e and moves the last ID of its mart to the ID of e, in one write: after a crash
// the event is either here or asked for again. It reports whether an order rings now: the order
// is new here, and nobody has confirmed it.
//
// An ack ends its order, whoever confirmed it here: the log decides. An ack of an unknown order
// is stored, so that the order does not ring if it comes later.
func (s *Store) Take(e order.Event) (rings bool) { return s.TakeAll([]order.Event{e})[0] }

// TakeAll takes events as Take does, one after another, with one write and one sync for all: a
// week of orders costs a slow disk seconds, not minutes. After a crash only the last ones may
// be missing, and they are asked for again.
func (s *Store) TakeAll(events []order.Event) (rings []bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rings = make([]bool, len(events))
	for i, e := range events {
		rings[i] = s.apply(e)
	}
	s.flush(time.Now())
	return rings
}

// apply stores e in memory, and adds it to what the journal lacks.
func (s *Store) apply(e order.Event) (rings bool) {
	was, known := s.entry(Key{e.Mart, e.Order})
	now := was.after(e, known)
	l := record{Mart: e.Mart, Last: e.ID}
	if now != was {
		l = record{Entry: &now, Last: e.ID}
	}
	s.remember(l)
	return now.State == Waiting && (!known || now.ID != was.ID)
}

// entry returns a copy of what is known of an order.
func (s *Store) entry(k Key) (e Entry, known bool) {
	if at := s.orders[k]; at != nil {
		return *at, true
	}
	return Entry{}, false
}

// Confirm marks an order as confirmed here, and as unsent until the server knows it. It reports
// whether the order waited.
func (s *Store) Confirm(k Key, by string, now time.Time) bool {
	return s.ConfirmAll([]Key{k}, by, now) > 0
}

// ConfirmAll confirms as Confirm does, with one write and one sync for all. It returns how
// many of the orders waited.
func (s *Store) ConfirmAll(keys []Key, by string, now time.Time) (waited int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		entry, known := s.entry(k)
		if !known || entry.State != Waiting {
			continue
		}
		entry.State, entry.Ended, entry.By, entry.Unsent = Confirmed, now, by, true
		s.remember(record{Entry: &entry})
		waited++
	}
	if waited > 0 {
		s.flush(time.Now())
	}
	return waited
}

// Sent marks an order as no longer unsent: the server knows that it is confirmed, or never will.
func (s *Store) Sent(k Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry, _ := s.entry(k)
	if entry.Unsent {
		entry.Unsent = false
		s.save(record{Entry: &entry})
	}
}

// Move sets the last ID of a mart to id if that is later. Everything before id must be here.
func (s *Store) Move(mart order.MartID, id order.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.save(record{Mart: mart, Last: id})
}

// Gap drops the last ID of a mart, and stores that some of its orders may be missing.
func (s *Store) Gap(mart order.MartID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, open := s.gaps[mart]; !open || s.lastID[mart] != "" {
		s.save(record{Mart: mart, Gap: gapOpen})
	}
}

// CloseGap stores that a person knows of the orders that may be missing.
func (s *Store) CloseGap(mart order.MartID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, open := s.gaps[mart]; open {
		s.save(record{Mart: mart, Gap: gapClosed})
	}
}

// HasGap reports whether orders of a mart may be missing and no person knows.
func (s *Store) HasGap(mart order.MartID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, open := s.gaps[mart]
	return open
}

// Waiting returns the orders that nobody has confirmed, in the order of their recording.
func (s *Store) Waiting() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Entry, 0, len(s.waiting))
	for k := range s.waiting {
		list = append(list, s.orders[k])
	}
	slices.SortFunc(list, byRecording)
	entries := make([]Entry, len(list))
	for i, e := range list {
		entries[i] = *e
	}
	return entries
}

// Unsent returns the orders of a mart whose acknowledgement the server does not have yet, in
// the order in which they were confirmed.
func (s *Store) Unsent(mart order.MartID) []Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Key
	for k := range s.unsent {
		if k.Mart == mart {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(x, y Key) int { return byEnd(*s.orders[x], *s.orders[y]) })
	return list
}

// LastID returns the ID of the newest event of a mart, to resume after it; "" if nothing is
// known of the mart, or not everything.
func (s *Store) LastID(mart order.MartID) order.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastID[mart]
}

// Err returns why the newest changes are only in memory; nil if the file has them all.
func (s *Store) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Flush tries to write what the file lacks. The caller must call it now and then while Err is
// not nil.
func (s *Store) Flush(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		s.flush(now)
	}
}

// Close closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.journal.close()
}
