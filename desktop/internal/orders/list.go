package orders

import (
	"slices"
	"time"
	"unique"
)

// put makes e the newest state of its order. The Entry of before stays as it was: whoever
// searches may be reading it.
func (b *Inbox) put(e *Entry) {
	e.share()
	k := e.key()
	b.place(b.orders[k], e)
	b.orders[k] = e
	mark(b.waiting, k, e.State == Waiting)
	mark(b.unsent, k, e.Unsent)
	if len(b.list)-len(b.waiting)-len(b.unsent) > maxEnded {
		b.thin()
	}
}

// place gives e its place in the list, and takes away was, if there was one.
func (b *Inbox) place(was, e *Entry) {
	if was != nil {
		i, _ := slices.BinarySearchFunc(b.list, was, recorded)
		if recorded(was, e) == 0 {
			b.list[i] = e
			return
		}
		b.list = slices.Delete(b.list, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(b.list, e, recorded) // the end, as a rule
	b.list = slices.Insert(b.list, i, e)
}

// recorded is the order of recording; no two orders have one place in it.
func recorded(x, y *Entry) int {
	if c := x.At.Compare(y.At); c != 0 {
		return c
	}
	return arrival(*x, *y)
}

// share has entries hold the same few names and states once.
func (e *Entry) share() {
	e.Mart, e.State = unique.Make(e.Mart).Value(), unique.Make(e.State).Value()
	e.By, e.Amount, e.Summary = unique.Make(e.By).Value(), unique.Make(e.Amount).Value(), unique.Make(e.Summary).Value()
}

// ended reports whether an order is the history's alone: it may be forgotten.
func (e *Entry) ended() bool { return e.State != Waiting && !e.Unsent }

// forget forgets what is too old.
func (b *Inbox) forget(now time.Time) {
	old := now.Add(-Kept)
	b.drop(func(e *Entry) bool { return e.At.Before(old) })
	b.aged = time.Now() // this is about the time that the process runs
}

// thin forgets the oldest of too many orders.
func (b *Inbox) thin() {
	n := 0
	b.drop(func(*Entry) bool { n++; return n <= maxEnded/10 })
}

// drop forgets the orders that have ended and are of this kind; it asks in the order of
// their recording.
func (b *Inbox) drop(kind func(*Entry) bool) {
	b.list = slices.DeleteFunc(b.list, func(e *Entry) bool {
		if !e.ended() || !kind(e) {
			return false
		}
		delete(b.orders, e.key())
		return true
	})
}
