// Package inbox is the orders this PC knows: repeats end here.
package inbox

import (
	"slices"
	"sync"

	"jumun/shared/order"
)

const (
	// A mart's log holds 10,000 entries, so no more repeats than these can come back.
	maxKnown = 10_000
	// Nobody confirms a thousand orders one by one; the oldest beyond them stop
	// ringing so that memory stays bounded, and Add says so.
	maxWaiting = 1_000
)

// An Inbox remembers orders in memory, for the life of the process.
// The zero Inbox is empty and ready. It may be used from several goroutines.
type Inbox struct {
	mu      sync.Mutex
	known   map[key]bool
	oldest  []key // keys of known, oldest first
	waiting []order.Event
	lastID  map[order.MartID]order.ID
}

// Order IDs are unique within a mart only.
type key struct {
	mart  order.MartID
	order order.OrderID
}

// Add stores e. It reports whether e's order is new here, and the orders that no longer
// wait because too many do; both matter to the caller only for what rings next.
func (b *Inbox) Add(e order.Event) (fresh bool, dropped []order.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.moveTo(e)
	if !b.remember(key{e.Mart, e.Order}) {
		return false, nil
	}
	b.waiting = append(b.waiting, e)
	if over := len(b.waiting) - maxWaiting; over > 0 {
		dropped = slices.Clone(b.waiting[:over])
		b.waiting = slices.Delete(b.waiting, 0, over)
	}
	return true, dropped
}

func (b *Inbox) moveTo(e order.Event) {
	if b.lastID == nil {
		b.lastID = make(map[order.MartID]order.ID)
	}
	if e.ID != "" {
		b.lastID[e.Mart] = e.ID
	}
}

// remember reports whether k was unknown until now.
func (b *Inbox) remember(k key) bool {
	if b.known[k] {
		return false
	}
	if b.known == nil {
		b.known = make(map[key]bool)
	}
	b.known[k] = true
	b.oldest = append(b.oldest, k)
	if len(b.oldest) > maxKnown {
		delete(b.known, b.oldest[0])
		b.oldest = b.oldest[1:]
	}
	return true
}

// Confirm ends the waiting of all orders with this ID, whatever mart they are of, and
// reports whether there were any.
func (b *Inbox) Confirm(id order.OrderID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := len(b.waiting)
	b.waiting = slices.DeleteFunc(b.waiting, func(e order.Event) bool { return e.Order == id })
	return len(b.waiting) < before
}

// Waiting returns the orders that nobody has confirmed, oldest first.
func (b *Inbox) Waiting() []order.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.waiting)
}

// LastID returns the ID of the newest event of a mart, for resuming after it.
func (b *Inbox) LastID(mart order.MartID) order.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lastID[mart]
}
