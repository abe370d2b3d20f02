package orders

import (
	"iter"
	"slices"
	"sort"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"jumun/desktop/internal/ipc"
)

// Find returns one page of the orders that f asks for, and how many there are. A malformed Day
// finds nothing. Find reads all orders, and blocks nobody meanwhile.
func (s *Store) Find(f ipc.Query) ipc.HistoryPage {
	found := ipc.HistoryPage{Query: f, Rows: []ipc.Row{}}
	first := max(f.Offset, 0)
	last := first + min(max(f.Limit, 1), ipc.MaxRows)
	needs := s.needs()
	for e := range s.matches(f, needs) {
		if found.Total >= first && found.Total < last {
			found.Rows = append(found.Rows, e.row(needs(e)))
		}
		found.Total++
		if e.State == Waiting && needs(e) {
			found.Waiting++
		}
	}
	return found
}

func (e *Entry) row(needed bool) ipc.Row {
	return ipc.Row{Mart: e.Mart, ID: e.ID, Order: e.Order, At: e.At, Summary: e.Summary, Amount: e.Amount,
		Waiting: needed && e.State == Waiting, Unread: needed && e.State == Cancelled, Left: !needed && e.State == Waiting, Withdrawn: e.Withdrawn, Ended: e.Ended, By: e.By}
}

// matches returns the orders that f asks for, in its order, as they were at the call: first
// those that need a person, then the others, newest first.
func (s *Store) matches(f ipc.Query, needs func(*Entry) bool) iter.Seq[*Entry] {
	list := recordedOn(s.snapshot(), f.Day)
	return func(yield func(*Entry) bool) {
		has := has(f.Text)
		for _, e := range list {
			if needs(e) && has(e) && !yield(e) {
				return
			}
		}
		for _, e := range slices.Backward(list) {
			if !needs(e) && has(e) && !yield(e) {
				return
			}
		}
	}
}

// snapshot returns all orders, in the order of their recording.
func (s *Store) snapshot() []*Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// recordedOn returns those of list that were recorded on a day, by this PC's clock.
func recordedOn(list []*Entry, day string) []*Entry {
	if day == "" {
		return list
	}
	from, err := time.ParseInLocation(time.DateOnly, day, time.Local)
	if err != nil {
		return nil
	}
	since := func(t time.Time) int {
		return sort.Search(len(list), func(i int) bool { return !list[i].At.Before(t) })
	}
	return list[since(from):since(from.AddDate(0, 0, 1))] // a day may have 23 or 25 hours
}

// has returns a function that reports whether a text is in the summary, the number or the device
// name of an Entry. Device names are few, and folded once.
func has(text string) func(*Entry) bool {
	if text = fold(text); text == "" {
		return func(*Entry) bool { return true }
	}
	names := map[string]bool{}
	return func(e *Entry) bool {
		if strings.Contains(fold(e.Summary), text) || strings.Contains(fold(string(e.Order)), text) {
			return true
		}
		is, known := names[e.By]
		if !known {
			is = strings.Contains(fold(e.By), text)
			names[e.By] = is
		}
		return is
	}
}

// fold returns s in lower case, and with Hangul as syllables: macOS writes its letters one by
// one.
func fold(s string) string {
	if folded(s) {
		return s
	}
	return norm.NFC.String(strings.ToLower(s))
}

// folded reports whether s is surely in that form: it has only Hangul syllables, Han, and ASCII
// without capitals. A search through many orders has no time for more.
func folded(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z', 0xC0 <= c && c < 0xE4, c > 0xED, c == 0xEA && i+1 < len(s) && s[i+1] < 0xB0:
			return false
		}
	}
	return true
}
