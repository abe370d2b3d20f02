package history

import (
	"maps"
	"slices"

	"jumun/desktop/internal/ipc"
)

// maxPages bounds the pages that are kept: a thousand rows. Beyond it the one that is
// furthest from the newest is forgotten, and asked for again when one scrolls there.
const maxPages = 5

// pages are the rows of a search as far as they are here. The zero value is ready.
type pages struct {
	find     ipc.Query // what was asked last; its Offset is always 0
	answered bool      // at least once
	total    int
	waiting  int
	held     map[int][]ipc.Row // by number of the page
	wanted   map[int]bool      // asked for, and not here
	stale    bool              // what is held is of the search before
}

// ask begins another search. The rows of before stay to be shown until the first answer.
func (p *pages) ask(f ipc.Query) {
	f.Limit = ipc.MaxRows
	p.find, p.stale, p.wanted = f, true, map[int]bool{}
}

// want says what to ask for to see a row, if its page is neither here nor on its way.
func (p *pages) want(row int) (f ipc.Query, missing bool) {
	n := row / ipc.MaxRows
	_, here := p.held[n]
	if p.stale { // only its first page is of any use yet
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

// take takes an answer, unless it is one to an older search. fresh: it is the first one to
// this search. changed: rows are others than before.
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
	if changed { // rows of other pages may have moved
		p.held, p.wanted = map[int][]ipc.Row{}, map[int]bool{}
	}
	p.answered, p.stale, p.total, p.waiting = true, false, f.Total, f.Waiting
	p.held[n] = f.Rows
	delete(p.wanted, n)
	p.shed(n)
	return fresh, changed
}

// shed forgets the page furthest from the newest if there are too many.
func (p *pages) shed(newest int) {
	if len(p.held) <= maxPages {
		return
	}
	far := slices.MaxFunc(slices.Collect(maps.Keys(p.held)), func(x, y int) int { return pagesApart(x, newest) - pagesApart(y, newest) })
	delete(p.held, far)
}

func pagesApart(x, y int) int { return max(x-y, y-x) }

// row is a row, if it is here.
func (p *pages) row(n int) (ipc.Row, bool) {
	rows := p.held[n/ipc.MaxRows]
	if i := n % ipc.MaxRows; n >= 0 && i < len(rows) {
		return rows[i], true
	}
	return ipc.Row{}, false
}
