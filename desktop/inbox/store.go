package inbox

import (
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

// store makes l so, in memory and in the file, if it is not so already.
func (b *Inbox) store(l line) {
	if l.Entry == nil && l.Gap == "" && l.Last.Compare(b.lastID[l.Mart]) <= 0 {
		return
	}
	b.take(l)
	if len(b.unstored) <= maxUnstored {
		b.unstored = append(b.unstored, l)
	}
	b.flush(time.Now())
}

// take makes l so in memory.
func (b *Inbox) take(l line) {
	mart := l.mart()
	if l.Entry != nil {
		k := l.Entry.key()
		b.orders[k] = *l.Entry
		mark(b.waiting, k, l.Entry.State == Waiting)
		mark(b.unsent, k, l.Entry.Unsent)
	}
	if l.Gap != "" {
		mark(b.gaps, mart, l.Gap == gapOpen)
	}
	if l.Gap == gapOpen {
		delete(b.lastID, mart)
	}
	if l.Last.Compare(b.lastID[mart]) > 0 { // never back: a replay may overtake a live event
		b.lastID[mart] = l.Last
	}
}

// mark has set hold k, or not.
func mark[K comparable](set map[K]struct{}, k K, in bool) {
	if in {
		set[k] = struct{}{}
	} else {
		delete(set, k)
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
	old := now.Add(-Kept)
	maps.DeleteFunc(b.orders, func(_ Key, e Entry) bool { return e.State != Waiting && !e.Unsent && e.At.Before(old) })
	return b.journal.renew(b.lines())
}

// lines are all there is to know. The last IDs come last: a file that lost its end must
// not claim to have what was there.
func (b *Inbox) lines() []line {
	lines := make([]line, 0, len(b.gaps)+len(b.orders)+len(b.lastID))
	for mart := range b.gaps {
		lines = append(lines, line{Mart: mart, Gap: gapOpen})
	}
	for _, e := range slices.SortedFunc(maps.Values(b.orders), arrival) {
		lines = append(lines, line{Entry: &e})
	}
	for mart, id := range b.lastID {
		lines = append(lines, line{Mart: mart, Last: id})
	}
	return lines
}
