package popup

import (
	"slices"
	"testing"

	"jumun/desktop/internal/ui/theme"
)

func TestTheLayoutOpensWhatFitsAndCountsTheRest(t *testing.T) {
	three := layout{open: 3, row: true}.height()
	tests := []struct {
		name           string
		cards, orders  int
		banner, height float32
		want           layout
	}{
		{"nothing but a banner", 0, 0, 60, 1000, layout{banner: 60}},
		{"one order needs no row", 1, 1, 0, 1000, layout{open: 1}},
		{"two orders can be confirmed at once", 2, 2, 0, 1000, layout{open: 2, row: true}},
		{"an order and a gap cannot", 2, 1, 0, 1000, layout{open: 2}},
		{"three", 3, 3, 0, 1000, layout{open: 3, row: true}},
		{"a fourth is behind the three", 4, 4, 0, 1000, layout{open: 3, row: true, more: 1}},
		{"a thousand", 1000, 1000, 0, 1000, layout{open: 3, row: true, more: 997}},
		{"three fit to the pixel", 3, 3, 0, three, layout{open: 3, row: true}},
		{"three fit, but not with the banner", 3, 3, 60, three, layout{banner: 60, open: 2, row: true, more: 1}},
		{"a till of 1024 × 768, less the taskbar of Windows 11", 12, 12, 0, 768 - 48 - 2*theme.PopupMargin, layout{open: 3, row: true, more: 9}},
		{"the same with a banner of three lines", 12, 12, 86, 768 - 48 - 2*theme.PopupMargin, layout{banner: 86, open: 2, row: true, more: 10}},
		{"a till of 1280 × 800 at scale 2, less its panel", 12, 12, 0, (800-80)/2 - 2*theme.PopupMargin, layout{open: 1, row: true, more: 11}},
		{"a till of 600 lines, less a taskbar", 3, 3, 0, 536, layout{open: 2, row: true, more: 1}},
		{"a card comes before the banner", 5, 5, 60, 300, layout{open: 1, row: true, more: 4}},
		{"a card comes before the row", 5, 5, 60, 230, layout{open: 1, more: 4}},
		{"one is open even where it does not fit", 5, 5, 60, 10, layout{open: 1, more: 4}},
	}
	for _, test := range tests {
		got := fitLayout(test.cards, test.orders, test.banner, test.height)
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestTheRowAboutWhatWasConfirmedClosesNoCard(t *testing.T) {
	three := layout{open: 3, row: true}
	tests := []struct {
		name   string
		was    layout
		height float32
		want   layout
	}{
		{"it fits", three, 1000, layout{open: 3, row: true, undo: true}},
		{"it takes the place of the row about all", three, three.height(), layout{open: 3, undo: true}},
		{"there is no place", layout{open: 1}, cardHeight + 2*popupPadding, layout{open: 1}},
	}
	for _, tt := range tests {
		if got := tt.was.withUndo(tt.height); got != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

func TestWhatStandsAboveTheCardsMovesNoButton(t *testing.T) {
	for open := range maxCards + 1 {
		bare, full := layout{open: open}, layout{open: open, row: true, undo: true, banner: 100, more: 7}
		if !slices.Equal(bare.bottoms(), full.bottoms()) {
			t.Errorf("%d cards: %v and %v", open, bare.bottoms(), full.bottoms())
		}
		if top := full.undoBottom() + rowHeight + cardGap + full.banner + popupPadding; top != full.height() {
			t.Errorf("%d cards: the parts are %v high, the window %v", open, top, full.height())
		}
	}
}
