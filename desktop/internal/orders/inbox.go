// Package orders is the orders this PC knows, on its disk: repeats end here.
package orders

import (
	"slices"
	"sync"
	"time"

	"jumun/shared/order"
)

// An Inbox keeps orders in a file. Make one with Open; it may be used from several
// goroutines.
//
// Whatever the disk does, an order that was taken waits until it is confirmed, and a
// confirmation is kept until it is sent: what could not be written is kept in memory,
// told by Err, and written with the next change. Each change is one write and one sync;
// what changes nothing is not written.
type Inbox struct {
	mu       sync.Mutex
	orders   map[Key]*Entry   // an Entry in here is never changed, but replaced
	list     []*Entry         // orders, in the order of their recording
	waiting  map[Key]struct{} // of orders, those that wait
	unsent   map[Key]struct{} // of orders, those whose confirmation the server lacks
	lastID   map[order.MartID]order.ID
	gaps     map[order.MartID]struct{} // marts of which orders may be missing
	journal  *journal
	renewAt  int       // when the file has as many lines it is made anew
	aged     time.Time // when orders were last forgotten for their age
	unstored []line    // changes that the file lacks; bounded, see store
	err      error     // why it lacks them
	failed   time.Time // when it last took none
}

// Take keeps what e says, and moves the last ID of its mart to e's: in one write, so that
// after a crash the event is either here or asked for again. It reports whether an order
// rings now: it is new here, and nobody has confirmed it.
//
// An ack ends its order, whoever confirmed it here: the log decides. One of an order that
// is not known is kept, so that the order does not ring if it comes.
func (b *Inbox) Take(e order.Event) (rings bool) { return b.TakeAll([]order.Event{e})[0] }

// TakeAll takes events as Take does, one after another, with one write and one sync for
// all: a week of orders costs a slow disk seconds in place of minutes. After a crash those
// that are not here are the last ones, and asked for again.
func (b *Inbox) TakeAll(events []order.Event) (rings []bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	rings = make([]bool, len(events))
	for i, e := range events {
		rings[i] = b.keep(e)
	}
	b.flush(time.Now())
	return rings
}

// keep has what e says in memory, and among what the file lacks.
func (b *Inbox) keep(e order.Event) (rings bool) {
	was, known := b.entry(Key{e.Mart, e.Order})
	now := was.after(e, known)
	l := line{Mart: e.Mart, Last: e.ID}
	if now != was {
		l = line{Entry: &now, Last: e.ID}
	}
	b.note(l)
	return now.State == Waiting && (!known || now.ID != was.ID)
}

// entry is a copy of what is known of an order.
func (b *Inbox) entry(k Key) (e Entry, known bool) {
	if at := b.orders[k]; at != nil {
		return *at, true
	}
	return Entry{}, false
}

// Confirm ends the waiting of an order here, and keeps it as unsent until the server knows
// that it was confirmed by this device. It reports whether the order waited.
func (b *Inbox) Confirm(k Key, by string, now time.Time) bool {
	return b.ConfirmAll([]Key{k}, by, now) > 0
}

// ConfirmAll confirms as Confirm does, with one write and one sync for all. It returns how
// many of the orders waited.
func (b *Inbox) ConfirmAll(keys []Key, by string, now time.Time) (waited int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range keys {
		entry, known := b.entry(k)
		if !known || entry.State != Waiting {
			continue
		}
		entry.State, entry.Ended, entry.By, entry.Unsent = Confirmed, now, by, true
		b.note(line{Entry: &entry})
		waited++
	}
	if waited > 0 {
		b.flush(time.Now())
	}
	return waited
}

// Sent says that the server knows that an order is confirmed, or never will.
func (b *Inbox) Sent(k Key) {
	b.mu.Lock()
	defer b.mu.Unlock()
	entry, _ := b.entry(k)
	if entry.Unsent {
		entry.Unsent = false
		b.store(line{Entry: &entry})
	}
}

// Move moves the last ID of a mart on to id, before which everything is here. It never
// moves back.
func (b *Inbox) Move(mart order.MartID, id order.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.store(line{Mart: mart, Last: id})
}

// Gap forgets the last ID of a mart, and remembers that some of its orders may be missing.
func (b *Inbox) Gap(mart order.MartID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, open := b.gaps[mart]; !open || b.lastID[mart] != "" {
		b.store(line{Mart: mart, Gap: gapOpen})
	}
}

// CloseGap says that a person has been told of the orders that may be missing.
func (b *Inbox) CloseGap(mart order.MartID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, open := b.gaps[mart]; open {
		b.store(line{Mart: mart, Gap: gapClosed})
	}
}

// HasGap reports whether orders of a mart may be missing, and no person knows.
func (b *Inbox) HasGap(mart order.MartID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, open := b.gaps[mart]
	return open
}

// Waiting returns the orders that nobody has confirmed, in the order of their recording.
func (b *Inbox) Waiting() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]*Entry, 0, len(b.waiting))
	for k := range b.waiting {
		list = append(list, b.orders[k])
	}
	slices.SortFunc(list, recorded)
	entries := make([]Entry, len(list))
	for i, e := range list {
		entries[i] = *e
	}
	return entries
}

// Unsent returns the orders of a mart whose confirmation the server does not have yet, in
// the order of their confirming.
func (b *Inbox) Unsent(mart order.MartID) []Key {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Key
	for k := range b.unsent {
		if k.Mart == mart {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(x, y Key) int { return ending(*b.orders[x], *b.orders[y]) })
	return list
}

// LastID returns the ID of the newest event of a mart, for resuming after it; "" if
// nothing is known of the mart, or not all.
func (b *Inbox) LastID(mart order.MartID) order.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lastID[mart]
}

// Err says why the newest changes are in memory alone; nil: the file has them all.
func (b *Inbox) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// Flush writes what the file lacks, if it takes it now. Call it now and then while Err
// is not nil.
func (b *Inbox) Flush(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		b.flush(now)
	}
}

// Close closes the file.
func (b *Inbox) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.journal.close()
}
