package popup

import (
	"fmt"
	"image"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"
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

func TestThePopupFitsAScreenOf800By600AtEveryScaleAndSize(t *testing.T) {
	const taskbar = 48
	for _, scale := range []float32{0.8, 1, 1.25, 1.5, 2, 2.5} {
		for _, size := range []float64{0, 1.25, 1.5} {
			t.Run(fmt.Sprintf("at %v, %v", scale, size), func(t *testing.T) { fitsIn(t, 800/scale, (600-taskbar)/scale, size) })
		}
	}
}

// fitsIn shows a popup of all that there is in a work area of that size.
func fitsIn(t *testing.T, width, height float32, size float64) {
	p := testPopup(t)
	p.workArea = func(string) image.Rectangle { return image.Rect(0, 0, int(width), int(height)) }
	state := uitest.Cards("20260727-0001", "20260727-0002", "20260727-0003", "20260727-0004")
	state.Cards = append([]ipc.Card{{Key: ipc.Key{Kind: ipc.CardGap}}}, state.Cards...)
	state.Banner = ipc.Banner{Tone: ipc.ToneBad, Text: p.tr.Text("banner.lost"), Do: p.tr.Text("client.offline"), Until: p.clock.Add(time.Hour)}
	newest := &state.Cards[len(state.Cards)-1]
	newest.Summary, newest.Amount = "후라이드치킨 1, 양념치킨 1, 콜라 1.25L 1, 치킨무 2, 소스 추가", "43,500원"
	state.Place.Size = size
	p.Show(state)
	has := p.overlay.layout.size
	if room := fyne.NewSize(width-2*theme.PopupMargin, height-2*theme.PopupMargin); has.Width > room.Width+0.5 || has.Height > room.Height+0.5 {
		t.Errorf("it is %v, with room for %v", has, room)
	}
	if l := p.placed.layout; l.large == 0 || l.rows == 0 || !l.row || l.banner == 0 || !l.tools {
		t.Errorf("it shows only %+v", l)
	}
	if want := float32(max(size, 1)); p.placed.zoom != want && has.Width < width-2*theme.PopupMargin-1 && has.Height < height-2*theme.PopupMargin-rowHeight*p.placed.zoom {
		t.Errorf("it is %v of its size, not %v, though there is room", p.placed.zoom, want)
	}
	uitest.NoTextSpills(t, p.overlay.root, has)
	p.clock = p.clock.Add(time.Second)
	if p.minimise(); p.overlay.layout.size.Width > width {
		t.Errorf("the bar is %v", p.overlay.layout.size)
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
