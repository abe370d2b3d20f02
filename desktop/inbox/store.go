package inbox

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

const (
	// maxUnstored bounds the changes that are kept while the disk takes none; beyond it
	// the file is made anew when the disk works again, from the orders themselves.
	maxUnstored = 10_000
	// A disk that took nothing is tried again after this: a full one answers each attempt
	// at once, and thousands of orders may come.
	retryEvery = time.Second
)

// store makes l so, in memory and in the file.
func (b *Inbox) store(l line) {
	b.take(l)
	if len(b.unstored) <= maxUnstored {
		b.unstored = append(b.unstored, l)
	}
	b.flush(time.Now())
}

// take makes l so in memory.
func (b *Inbox) take(l line) {
	k := l.Entry.key()
	b.orders[k] = l.Entry
	if l.Entry.State == Waiting {
		b.waiting[k] = struct{}{}
	} else {
		delete(b.waiting, k)
	}
	if l.Last.Compare(b.lastID[k.Mart]) > 0 { // never back: a replay may overtake a live event
		b.lastID[k.Mart] = l.Last
	}
}

// flush writes what the file lacks.
func (b *Inbox) flush(now time.Time) {
	if b.err != nil && now.Sub(b.failed) < retryEvery {
		return
	}
	if len(b.unstored) > maxUnstored || b.journal.lines > maxLines {
		b.err = b.renew(now)
	} else {
		b.err = b.journal.append(b.unstored)
	}
	if b.err != nil {
		b.failed = now
		return
	}
	b.unstored = nil
}

// renew forgets what is too old and writes the rest to a new file. While that fails, the
// old one is appended to.
func (b *Inbox) renew(now time.Time) error {
	maps.DeleteFunc(b.orders, func(_ Key, e Entry) bool { return e.State != Waiting && e.At.Before(now.Add(-Kept)) })
	entries := slices.SortedFunc(maps.Values(b.orders), arrival)
	lines := make([]line, len(entries))
	for i, e := range entries {
		lines[i] = line{Entry: e, Last: b.lastID[e.Mart]}
	}
	return b.journal.renew(lines)
}

func arrival(x, y Entry) int {
	return cmp.Or(x.ID.Compare(y.ID), cmp.Compare(x.Mart, y.Mart), cmp.Compare(x.Order, y.Order))
}
