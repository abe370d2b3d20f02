package screen

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// MoveAside moves a window to where the popup covers little or nothing of it. popup returns the strip
// of the screen that the popup may take at a scale, in pixels.
func MoveAside(w fyne.Window, popup func(scale float32) image.Rectangle) {
	own, ok := w.(desktop.Window)
	if !ok {
		return
	}
	scale, size := w.Canvas().Scale(), w.Content().MinSize().Max(w.Canvas().Size())
	at := aside(WorkArea(""), image.Pt(Pixels(size.Width, scale), Pixels(size.Height, scale)),
		popup(scale), TitleHeight(scale))
	own.RequestPosition(at.X, at.Y)
}

// aside returns the top left pixel of a window in the middle of the work area without the
// popup, which is at its left or right, or on another monitor. A window that is too large stands at the
// other side, with its title on the screen.
func aside(work image.Rectangle, size image.Point, popup image.Rectangle, title int) image.Point {
	left, right := work.Min.X, work.Max.X
	switch {
	case !popup.Overlaps(work):
	case popup.Min.X <= left:
		left = popup.Max.X
	default:
		right = popup.Min.X
	}
	middle := left + (right-left-size.X)/2
	return image.Pt(max(work.Min.X, min(middle, work.Max.X-size.X)), work.Min.Y+max(title, (work.Dy()-size.Y)/2))
}
