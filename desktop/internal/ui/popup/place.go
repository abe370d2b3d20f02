package popup

import "image"

// How many cards are open at once: more would cover the till's own program.
const mostCards = 3

// A pile is what the popup is made of, from top to bottom: the banner, the row about all
// orders, and the open cards, oldest first. What comes and goes stands above the cards,
// since the popup's bottom is what stays: a button must not move under a hand.
type pile struct {
	banner float32 // its height, or 0
	row    bool
	open   int // cards
	more   int // cards that have no room; the row counts them
}

// stack says what of a popup there is room for, in height. As many cards as fit are
// open. On the smallest of screens one is, even if it does not fit; it comes before the
// banner, which the tray has as well, and before the row.
func stack(cards, orders int, banner, height float32) pile {
	s := pile{banner: banner, open: min(cards, mostCards)}
	for {
		s.more = cards - s.open
		s.row = orders > 1 || s.more > 0
		if s.open <= 1 || s.height() <= height {
			break
		}
		s.open--
	}
	if s.open > 0 && s.height() > height {
		s.banner = 0
	}
	if s.height() > height {
		s.row = false
	}
	return s
}

// height is that of the window.
func (s pile) height() float32 {
	height, parts := s.banner+float32(s.open)*cardHeight, s.open
	if s.banner > 0 {
		parts++
	}
	if s.row {
		height += rowHeight
		parts++
	}
	return height + float32(parts-1)*cardGap + 2*popupPadding
}

// bottoms is how far each open card, oldest first, is above the window's bottom.
func (s pile) bottoms() []float32 {
	above := make([]float32, s.open)
	for i := range above {
		above[i] = popupPadding + float32(s.open-1-i)*(cardHeight+cardGap)
	}
	return above
}

// rowBottom is how far the row is above the window's bottom.
func (s pile) rowBottom() float32 { return popupPadding + float32(s.open)*(cardHeight+cardGap) }

// corner is where a window of that size goes: bottom right of the work area, which
// leaves out panels and taskbars. A window that is too large shows its top left, where
// the oldest order is. All are pixels.
func corner(work image.Rectangle, size image.Point, margin int) image.Point {
	return image.Pt(
		max(work.Min.X, work.Max.X-margin-size.X),
		max(work.Min.Y, work.Max.Y-margin-size.Y),
	)
}
