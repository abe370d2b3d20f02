package popup

// maxCards is how many cards are open at once: more would cover the till's own program.
const maxCards = 3

// A layout is what the popup consists of, from top to bottom: the banner, the row about what was
// just confirmed, the row about all orders, and the open cards, oldest first. In the corners below, the popup's bottom stays in its place, so
// what comes and goes stands above the cards: a button must not move under a hand.
type layout struct {
	banner float32 // its height, or 0
	undo   bool    // as high as the row
	row    bool
	open   int // cards
	more   int // cards without room; the row counts them
}

// fitLayout returns what of a popup fits into height. As many cards as fit are open. On
// the smallest screens one card is open even if it does not fit; it comes before the
// banner, which the tray shows as well, and before the row.
func fitLayout(cards, orders int, banner, height float32) layout {
	l := layout{banner: banner, open: min(cards, maxCards)}
	for {
		l.more = cards - l.open
		l.row = orders > 1 || l.more > 0
		if l.open <= 1 || l.height() <= height {
			break
		}
		l.open--
	}
	if l.open > 0 && l.height() > height {
		l.banner = 0
	}
	if l.height() > height {
		l.row = false
	}
	return l
}

// withUndo returns l with the row about what was just confirmed. It closes no card, because the
// others would move: without room it takes the place of the row about all orders.
func (l layout) withUndo(height float32) layout {
	with := l
	if with.undo = true; with.height() > height {
		with.row, with.undo = false, l.row
	}
	return with
}

// height returns the height of the window.
func (l layout) height() float32 {
	height, parts := l.banner+float32(l.open)*cardHeight, l.open
	if l.banner > 0 {
		parts++
	}
	for _, row := range []bool{l.undo, l.row} {
		if row {
			height += rowHeight
			parts++
		}
	}
	return height + float32(parts-1)*cardGap + 2*popupPadding
}

// bottoms returns how far each open card, oldest first, is above the window's bottom.
func (l layout) bottoms() []float32 {
	above := make([]float32, l.open)
	for i := range above {
		above[i] = popupPadding + float32(l.open-1-i)*(cardHeight+cardGap)
	}
	return above
}

// rowBottom returns how far the row is above the window's bottom.
func (l layout) rowBottom() float32 { return popupPadding + float32(l.open)*(cardHeight+cardGap) }

// undoBottom returns how far the row about what was just confirmed is above the window's bottom.
func (l layout) undoBottom() float32 {
	if l.row {
		return l.rowBottom() + rowHeight + cardGap
	}
	return l.rowBottom()
}
