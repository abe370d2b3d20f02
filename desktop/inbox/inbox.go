// Package inbox is the orders this PC knows, on its disk: repeats end here.
package inbox

import (
	"slices"
	"sync"
	"time"

	"jumun/shared/order"
)

// A State says what has become of an order here.
type State string

// The states of an order.
const (
	Waiting   State = "waiting"   // nobody has confirmed it
	Confirmed State = "confirmed" // a person has
)

// A Key names an order: order IDs are unique within a mart only.
type Key struct {
	Mart  order.MartID
	Order order.OrderID
}

// An Entry is an order, as the inbox keeps it.
type Entry struct {
	ID    order.ID      `json:"id"` // of the event that announced it
	Mart  order.MartID  `json:"mart"`
	Order order.OrderID `json:"order"`
	At    time.Time     `json:"at"` // when it was recorded, by the log's clock
	State State         `json:"state"`
	Ended time.Time     `json:"ended,omitzero"` // when it was confirmed
}

func (e Entry) key() Key { return Key{e.Mart, e.Order} }

// An Inbox keeps orders in a file. Make one with Open; it may be used from several
// goroutines.
//
// Whatever the disk does, an order that was added waits until it is confirmed: what
// could not be written is kept in memory, told by Err, and written with the next change.
type Inbox struct {
	mu       sync.Mutex
	orders   map[Key]Entry
	waiting  map[Key]struct{} // of orders, those that wait
	lastID   map[order.MartID]order.ID
	journal  *journal
	unstored []line    // changes that the file lacks; bounded, see store
	err      error     // why it lacks them
	failed   time.Time // when it last took none
}

// Add keeps the order that e announces, and moves the last ID of its mart to e's: in one
// write, so that after a crash the order is either here or asked for again. It reports
// whether the order is new here.
func (b *Inbox) Add(e order.Event) (fresh bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	entry, known := b.orders[Key{e.Mart, e.Order}]
	if !known {
		entry = Entry{ID: e.ID, Mart: e.Mart, Order: e.Order, At: e.At, State: Waiting}
	}
	b.store(line{Entry: entry, Last: e.ID})
	return !known
}

// Confirm ends the waiting of an order. It reports whether the order waited.
func (b *Inbox) Confirm(k Key, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	entry, known := b.orders[k]
	if !known || entry.State != Waiting {
		return false
	}
	entry.State, entry.Ended = Confirmed, now
	b.store(line{Entry: entry})
	return true
}

// Waiting returns the orders that nobody has confirmed, in the order of their arrival.
func (b *Inbox) Waiting() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]Entry, 0, len(b.waiting))
	for k := range b.waiting {
		list = append(list, b.orders[k])
	}
	slices.SortFunc(list, arrival)
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
