package settings

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/theme"
)

// titleHeight is kept free above a window for its title, which the system draws.
const titleHeight = 36

// standAside puts a window where the cards will not cover it.
func standAside(w fyne.Window) {
	own, ok := w.(desktop.Window)
	if !ok {
		return
	}
	scale, size := w.Canvas().Scale(), w.Content().MinSize().Max(w.Canvas().Size())
	at := aside(screen.WorkArea(), image.Pt(screen.Pixels(size.Width, scale), screen.Pixels(size.Height, scale)),
		screen.Pixels(theme.PopupWidth+theme.PopupMargin, scale), screen.Pixels(titleHeight, scale))
	own.RequestPosition(at.X, at.Y)
}

// aside is where a window of that size goes: in the middle of what the popup, at the right,
// leaves of the work area. A larger one starts at the left, and its title is on the screen.
func aside(work image.Rectangle, size image.Point, popup, title int) image.Point {
	return image.Pt(
		work.Min.X+max(0, (work.Dx()-popup-size.X)/2),
		work.Min.Y+max(title, (work.Dy()-size.Y)/2),
	)
}
