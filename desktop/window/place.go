package window

import (
	"image"
	"math"
)

// How many cards are open at once: more would cover the till's own program.
const mostCards = 3

// split says how many of total cards, oldest first, are open on a screen with room for
// height, and how many are behind "N more". One is open on the smallest of screens.
func split(total int, height float32) (open, more int) {
	for open = min(total, mostCards); open > 1; open-- {
		if stackHeight(open, total-open) <= height {
			break
		}
	}
	return open, total - open
}

// stackHeight is the height of the window with that many open cards.
func stackHeight(open, more int) float32 {
	height := 2*popupPadding + float32(open)*cardHeight + float32(open-1)*cardGap
	if more > 0 {
		height += cardGap + moreHeight
	}
	return height
}

// fromBottom is how far each open card, oldest first, is above the window's bottom,
// the edge that stays where it is.
func fromBottom(open, more int) []float32 {
	above := make([]float32, open)
	for i := range above {
		above[i] = stackHeight(open, more) - popupPadding - float32(i)*(cardHeight+cardGap) - cardHeight
	}
	return above
}

// corner is where a window of that size goes: bottom right of the work area, which
// leaves out panels and taskbars. A window that is too large shows its top left, where
// the oldest order is. All are pixels.
func corner(work image.Rectangle, size image.Point, margin int) image.Point {
	return image.Pt(
		max(work.Min.X, work.Max.X-margin-size.X),
		max(work.Min.Y, work.Max.Y-margin-size.Y),
	)
}

// pixels turns a length in Fyne's units into the screen's, as Fyne itself does.
func pixels(length, scale float32) int {
	return int(math.Ceil(float64(length * scale)))
}
