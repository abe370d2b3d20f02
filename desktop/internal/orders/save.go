package orders

import "time"

const (
	// maxUnstored bounds the changes that are kept while the disk takes none. Beyond it the
	// journal is written anew from the orders when the disk works again.
	maxUnstored = 10_000
	// maxUnknown bounds the lines of a newer version that are kept for it.
	maxUnknown = 10_000
	// retryEvery is the pause after a failed write: a full disk answers each attempt at once,
	// and thousands of orders may come.
	retryEvery = time.Second
	// forgetEvery is how often old orders are dropped, in a process that runs for months.
	forgetEvery = 24 * time.Hour
)

// save stores a change in memory and in the file, unless it changes nothing.
func (s *Store) save(l record) {
	s.remember(l)
	s.flush(time.Now())
}

// remember stores a change in memory and adds it to unstored, unless it changes nothing.
func (s *Store) remember(l record) {
	if l.Entry == nil && l.Gap == "" && l.Last.Compare(s.lastID[l.Mart]) <= 0 {
		return
	}
	s.set(l)
	if len(s.unstored) <= maxUnstored {
		s.unstored = append(s.unstored, l)
	}
}

// set stores a change in memory.
func (s *Store) set(l record) {
	if l.unknown != nil {
		s.unknown = append(s.unknown, l.unknown)
		s.unknown = s.unknown[max(0, len(s.unknown)-maxUnknown):]
		return
	}
	mart := l.mart()
	if l.Entry != nil {
		s.setEntry(l.Entry)
	}
	if l.Counted > 0 {
		s.counted[mart] = l.Counted
	}
	if l.Gap != "" {
		setMember(s.gaps, mart, l.Gap, l.Gap != gapClosed)
	}
	if l.Gap == gapOpen {
		delete(s.lastID, mart)
	}
	if l.Last.Compare(s.lastID[mart]) > 0 { // never back: a replay may overtake a live event
		s.lastID[mart] = l.Last
	}
}

// flush writes what the file lacks.
func (s *Store) flush(now time.Time) {
	if now.Sub(s.aged) >= forgetEvery {
		s.forget(now)
	}
	if s.err == nil && len(s.unstored) == 0 || s.err != nil && now.Sub(s.failed) < retryEvery {
		return
	}
	if s.err = s.write(now); s.err != nil {
		s.failed = now
		return
	}
	s.unstored = nil
}

// write appends to the journal, or writes it anew if it has grown long. A disk that is almost
// full may not take a new file, but still one more line.
func (s *Store) write(now time.Time) error {
	tooMany := len(s.unstored) > maxUnstored
	if tooMany || s.journal.lines > s.renewAt {
		if err := s.renew(now); err == nil || tooMany {
			return err
		}
	}
	return s.journal.append(s.unstored)
}

// renew drops what is too old and writes the rest to a new file. If that fails, the old file is
// appended to, and renew is tried again after as many changes as after a success.
func (s *Store) renew(now time.Time) error {
	s.forget(now)
	err := s.journal.renew(s.records())
	s.renewAt = s.journal.lines + max(minLines, len(s.orders))
	return err
}

// records returns everything that is stored. The last IDs come last: a file that lost its end
// must not claim to have what was there.
func (s *Store) records() []record {
	all := make([]record, 0, len(s.unknown)+len(s.counted)+len(s.gaps)+len(s.orders)+len(s.lastID))
	for _, line := range s.unknown {
		all = append(all, record{unknown: line})
	}
	for mart, n := range s.counted {
		all = append(all, record{Mart: mart, Counted: n})
	}
	for mart, gap := range s.gaps {
		all = append(all, record{Mart: mart, Gap: gap})
	}
	for _, e := range s.list {
		all = append(all, record{Entry: e})
	}
	for mart, id := range s.lastID {
		all = append(all, record{Mart: mart, Last: id})
	}
	return all
}
