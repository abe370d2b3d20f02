// Package orders stores the orders that this PC knows on its disk, and drops repeats.
package orders

import (
	"maps"
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
	repeats  map[Key]order.ID // the ID under which orders has an order, by its Repeats
	list     []*Entry         // orders, in the order of their recording
	names    names
	open     map[Key]*Entry // those that need a person
	unsent   map[Key]*Entry // those of which the server lacks a confirmation, or that it was taken back
	sending  map[Key]bool   // of unsent, those that the server may have by now
	lastID   map[order.MartID]order.ID
	gaps     map[order.MartID]gap // marts of which orders may be missing, or came and cannot be read
	mart     order.MartID         // whose orders need a person; "": those of all marts
	counted  map[order.MartID]int // orders that waited for so long that they are not kept
	unknown  [][]byte             // lines of a newer version; the newest maxUnknown of them
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

// apply stores e in memory, and adds it to what the journal lacks. The last ID comes with the last
// of the orders that e changes.
func (s *Store) apply(e order.Event) (rings bool) {
	changed := s.changedBy(e)
	for i, now := range changed {
		_, known := s.entry(now.key())
		rings = rings || !known && now.State == Waiting
		l := record{Entry: &now}
		if i == len(changed)-1 {
			l.Last = e.ID
		}
		s.remember(l)
	}
	s.remember(record{Mart: e.Mart, Last: e.ID})
	return rings
}

// entry returns a copy of what is known of an order, by any of its IDs.
func (s *Store) entry(k Key) (e Entry, known bool) {
	if first, isRepeat := s.repeats[k]; isRepeat {
		k.ID = first
	}
	if at := s.orders[k]; at != nil {
		return *at, true
	}
	return Entry{}, false
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
	if s.gaps[mart] != gapOpen || s.lastID[mart] != "" {
		s.save(record{Mart: mart, Gap: gapOpen})
	}
}

// Unreadable stores that an order of a mart came, with this ID, and cannot be read here.
func (s *Store) Unreadable(mart order.MartID, id order.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.save(record{Mart: mart, Last: id, Gap: gapUnreadable})
}

// CloseGap stores that a person knows of the orders that may be missing.
func (s *Store) CloseGap(mart order.MartID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gaps[mart] != "" {
		s.save(record{Mart: mart, Gap: gapClosed})
	}
}

// HasGap reports whether orders of a mart may be missing and no person knows.
func (s *Store) HasGap(mart order.MartID) bool { return s.gapOf(mart) != "" }

// HasUnreadable reports whether that is because an order came that this version cannot read.
func (s *Store) HasUnreadable(mart order.MartID) bool { return s.gapOf(mart) == gapUnreadable }

func (s *Store) gapOf(mart order.MartID) gap {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gaps[mart]
}

// Open returns the orders that need a person here, Waiting or Cancelled, in the order of their recording:
// see SetMart.
func (s *Store) Open() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.SortedFunc(maps.Values(s.open), byRecording)
	entries, needs := make([]Entry, 0, len(list)), needsAt(s.mart)
	for _, e := range list {
		if needs(e) {
			entries = append(entries, *e)
		}
	}
	return entries
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
