package history

import (
	"iter"
	"maps"
	"slices"
	"time"

	"jumun/desktop/internal/ipc"
)

// maxPages bounds the pages in memory to a thousand rows. Beyond it, the page furthest from
// the newest one is dropped, and asked for again when a person scrolls there.
const maxPages = 5

// pages are the rows of a search that have arrived. The zero value is ready to use.
type pages struct {
	find     ipc.Query // the current search; its Offset is always 0
	answered bool      // at least once
	total    int
	waiting  int
	held     map[int][]ipc.Row // by page number
	wanted   map[int]bool      // pages asked for that have not arrived
	stale    bool              // held is of the previous search
}

// ask begins another search. The rows of the previous one stay until the first answer.
func (p *pages) ask(f ipc.Query) {
	f.Limit = ipc.MaxRows
	p.find, p.stale, p.wanted = f, true, map[int]bool{}
}

// want returns the query for the page of a row. missing is false if the page is here or was
// asked for.
func (p *pages) want(row int) (f ipc.Query, missing bool) {
	n := row / ipc.MaxRows
	_, here := p.held[n]
	if p.stale { // only the first page is needed until it arrives
		here = n > 0
	}
	if here || p.wanted[n] {
		return ipc.Query{}, false
	}
	p.wanted[n] = true
	f = p.find
	f.Offset = n * ipc.MaxRows
	return f, true
}

// take stores a page, unless it answers an older search. fresh reports whether it is the
// first page of this search; changed reports whether any row differs from before.
func (p *pages) take(f ipc.HistoryPage) (fresh, changed bool) {
	n := f.Query.Offset / ipc.MaxRows
	asked := p.find
	asked.Offset = n * ipc.MaxRows
	if f.Query != asked {
		return false, false
	}
	fresh = p.stale
	was, here := p.held[n]
	changed = fresh || f.Total != p.total || f.Waiting != p.waiting || here && !slices.Equal(was, f.Rows)
	if changed { // rows may have moved to other pages
		p.held, p.wanted = map[int][]ipc.Row{}, map[int]bool{}
	}
	p.answered, p.stale, p.total, p.waiting = true, false, f.Total, f.Waiting
	p.held[n] = f.Rows
	delete(p.wanted, n)
	p.shed(n)
	return fresh, changed
}

// shed drops the page furthest from page newest if there are too many.
func (p *pages) shed(newest int) {
	if len(p.held) <= maxPages {
		return
	}
	far := slices.MaxFunc(slices.Collect(maps.Keys(p.held)), func(x, y int) int { return pagesApart(x, newest) - pagesApart(y, newest) })
	delete(p.held, far)
}

func pagesApart(x, y int) int { return max(x-y, y-x) }

// canUndo reports whether the confirmation of any row that is here can be taken back at now.
func (p *pages) canUndo(now time.Time) bool {
	for _, r := range p.all() {
		if canUndo(r, now) {
			return true
		}
	}
	return false
}

// all returns all rows that are here, by number.
func (p *pages) all() iter.Seq2[int, ipc.Row] {
	return func(yield func(int, ipc.Row) bool) {
		for page, rows := range p.held {
			for i, r := range rows {
				if !yield(page*ipc.MaxRows+i, r) {
					return
				}
			}
		}
	}
}

// row returns row n, if it is here.
func (p *pages) row(n int) (ipc.Row, bool) {
	rows := p.held[n/ipc.MaxRows]
	if i := n % ipc.MaxRows; n >= 0 && i < len(rows) {
		return rows[i], true
	}
	return ipc.Row{}, false
}
