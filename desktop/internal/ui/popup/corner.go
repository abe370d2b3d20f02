package popup

import (
	"image"

	"jumun/desktop/internal/settings"
)

// corner returns the top left pixel of a window that stands in a corner of the work area, which
// leaves out panels and taskbars. A window that is too large shows its top left, where the oldest
// order is.
func corner(place settings.Popup, work image.Rectangle, size image.Point, margin int) image.Point {
	at := image.Pt(
		max(work.Min.X, work.Max.X-margin-size.X),
		max(work.Min.Y, work.Max.Y-margin-size.Y),
	)
	if place.IsLeft() {
		at.X = min(at.X, work.Min.X+margin)
	}
	if place.IsTop() {
		at.Y = min(at.Y, work.Min.Y+margin)
	}
	return at
}
