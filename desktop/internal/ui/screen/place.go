package screen

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"jumun/desktop/internal/ui/theme"
)

// MoveAside moves a window to where the popup covers little or nothing of it.
func MoveAside(w fyne.Window) {
	own, ok := w.(desktop.Window)
	if !ok {
		return
	}
	scale, size := w.Canvas().Scale(), w.Content().MinSize().Max(w.Canvas().Size())
	at := aside(WorkArea(""), image.Pt(Pixels(size.Width, scale), Pixels(size.Height, scale)),
		Pixels(theme.PopupWidth+theme.PopupMargin, scale), TitleHeight(scale))
	own.RequestPosition(at.X, at.Y)
}

// aside returns the top left pixel of a window in the middle of the work area without the
// popup, which is at the right. A window that is too large starts at the left, with its
// title on the screen.
func aside(work image.Rectangle, size image.Point, popup, title int) image.Point {
	return image.Pt(
		work.Min.X+max(0, (work.Dx()-popup-size.X)/2),
		work.Min.Y+max(title, (work.Dy()-size.Y)/2),
	)
}
