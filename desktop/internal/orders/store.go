package orders

import "time"

const (
	// maxUnstored bounds the changes that are kept while the disk takes none; beyond it
	// the file is made anew when the disk works again, from the orders themselves.
	maxUnstored = 10_000
	// A disk that took nothing is tried again after this: a full one answers each attempt
	// at once, and thousands of orders may come.
	retryEvery = time.Second
	// forgetEvery is how often orders are forgotten for their age, in a process that runs
	// for months.
	forgetEvery = 24 * time.Hour
)

// store makes l so, in memory and in the file, if it is not so already.
func (b *Inbox) store(l line) {
	b.note(l)
	b.flush(time.Now())
}

// note makes l so in memory, if it is not so already, and keeps it for the file.
func (b *Inbox) note(l line) {
	if l.Entry == nil && l.Gap == "" && l.Last.Compare(b.lastID[l.Mart]) <= 0 {
		return
	}
	b.take(l)
	if len(b.unstored) <= maxUnstored {
		b.unstored = append(b.unstored, l)
	}
}

// take makes l so in memory.
func (b *Inbox) take(l line) {
	mart := l.mart()
	if l.Entry != nil {
		b.put(l.Entry)
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
	if now.Sub(b.aged) >= forgetEvery {
		b.forget(now)
	}
	if b.err == nil && len(b.unstored) == 0 || b.err != nil && now.Sub(b.failed) < retryEvery {
		return
	}
	if b.err = b.write(now); b.err != nil {
		b.failed = now
		return
	}
	b.unstored = nil
}

// write makes a file that has grown long anew. A disk that is almost full may not take
// that, and yet a line more.
func (b *Inbox) write(now time.Time) error {
	tooMany := len(b.unstored) > maxUnstored
	if tooMany || b.journal.lines > b.renewAt {
		if err := b.renew(now); err == nil || tooMany {
			return err
		}
	}
	return b.journal.append(b.unstored)
}

// renew forgets what is too old and writes the rest to a new file. While that fails, the
// old one is appended to, and it is tried again after as many changes as after a success.
func (b *Inbox) renew(now time.Time) error {
	b.forget(now)
	err := b.journal.renew(b.lines())
	b.renewAt = b.journal.lines + max(minLines, len(b.orders))
	return err
}

// lines are all there is to know. The last IDs come last: a file that lost its end must
// not claim to have what was there.
func (b *Inbox) lines() []line {
	lines := make([]line, 0, len(b.gaps)+len(b.orders)+len(b.lastID))
	for mart := range b.gaps {
		lines = append(lines, line{Mart: mart, Gap: gapOpen})
	}
	for _, e := range b.list {
		lines = append(lines, line{Entry: e})
	}
	for mart, id := range b.lastID {
		lines = append(lines, line{Mart: mart, Last: id})
	}
	return lines
}
