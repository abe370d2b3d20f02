package popup

import (
	"testing"

	"jumun/desktop/internal/ui/theme"
)

func TestTheLayoutShowsWhatFits(t *testing.T) {
	const taskbar = 48
	till := float32(768 - taskbar - 2*theme.PopupMargin)
	tests := []struct {
		name   string
		all    content
		height float32
		want   layout
	}{
		{"nothing but a banner", content{banner: 60}, 1000, layout{banner: 60, pages: 1}},
		{"one order needs no row", content{large: cardHeight, orders: 1}, 1000, layout{large: cardHeight, pages: 1}},
		{"two orders can be confirmed at once", content{large: cardHeight, orders: 2, compact: 1}, 1000, layout{large: cardHeight, rows: 1, row: true, pages: 1}},
		{"an order and a gap cannot", content{large: cardHeight, orders: 1, specials: 1}, 1000, layout{large: cardHeight, tops: 1, pages: 1}},
		{"twelve on a till of 1024 × 768, less the taskbar", content{large: cardHeight, orders: 12, compact: 11}, till, layout{large: cardHeight, rows: 6, row: true, pages: 2}},
		{"the same with a gap", content{large: cardHeight, orders: 12, compact: 11, specials: 1}, till, layout{large: cardHeight, rows: 3, row: true, pages: 4, tops: 1}},
		{"and a test, which is compact", content{large: cardHeight, orders: 12, compact: 11, specials: 2}, till, layout{large: cardHeight, rows: 3, row: true, pages: 4, tops: 1}},
		{"a hundred withdrawn orders", content{large: cardHeight, orders: 1, specials: 100}, till, layout{large: cardHeight, rows: 3, row: true, pages: 33, tops: 1}},
		{"a till of 600 lines, less a taskbar", content{large: cardHeight, orders: 12, compact: 11, specials: 1}, 528, layout{large: cardHeight, rows: 4, row: true, pages: 3}},
		{"the banner keeps a line on the smallest screen", content{large: cardHeight, orders: 5, compact: 4, banner: 60, tools: true}, leastHeight(),
			layout{large: cardHeight, rows: 1, row: true, pages: 4, banner: bannerLine, tools: true}},
		{"with a gap, too", content{large: cardHeight, orders: 5, compact: 4, specials: 1, banner: 60, tools: true}, leastHeight(),
			layout{large: cardHeight, rows: 1, row: true, pages: 5, banner: bannerLine, tools: true}},
		{"what was confirmed together stands in for the tools", content{large: cardHeight, orders: 5, compact: 4, banner: 60, undo: true, tools: true}, leastHeight(),
			layout{large: cardHeight, rows: 1, row: true, pages: 4, banner: bannerLine, undo: true}},
		{"800 × 600, less a taskbar: three cards before what to do", content{large: cardHeight, orders: 5, compact: 4, banner: 90, tools: true}, 543,
			layout{large: cardHeight, rows: 2, row: true, pages: 2, banner: bannerLine, tools: true}},
		{"the banner has all its lines beside three cards", content{large: cardHeight, orders: 5, compact: 4, banner: 90, tools: true}, till,
			layout{large: cardHeight, rows: 4, row: true, pages: 1, banner: 90, tools: true}},
	}
	for _, tt := range tests {
		got := fitLayout(tt.all, tt.height)
		if got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
		if got.height() > tt.height {
			t.Errorf("%s: %v high, in %v", tt.name, got.height(), tt.height)
		}
	}
}

func TestEveryCompactCardIsOnAPageAndEveryPageIsFull(t *testing.T) {
	for compact := 1; compact < 30; compact++ {
		l := fitLayout(content{large: cardHeight, orders: compact + 1, compact: compact}, 600)
		seen := map[int]bool{}
		for page := range l.pages {
			from, to := l.page(page, compact)
			if to-from != l.rows {
				t.Errorf("%d compact cards: page %d has %d of %d", compact, page, to-from, l.rows)
			}
			for i := from; i < to; i++ {
				seen[i] = true
			}
		}
		if len(seen) != compact {
			t.Errorf("%d of %d compact cards are on a page", len(seen), compact)
		}
	}
}
