package screen

import (
	"image"
	"os"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

const (
	// titleHeight is kept free above a window for the title that the system draws, and borderWidth
	// beside it; in pixels of a screen that the system does not scale.
	titleHeight, borderWidth = 36, 2
)

// Fit returns size, or as much of it as is on the screen as a whole, together with the window's
// title. The scale of a window is known once the window has been shown.
func Fit(w fyne.Window, size fyne.Size) fyne.Size {
	if _, ok := w.(desktop.Window); !ok { // it is in memory
		return size
	}
	return fit(size, WorkArea("").Size(), w.Canvas().Scale(), systemScale(w.Canvas().Scale()))
}

func fit(size fyne.Size, area image.Point, scale, system float32) fyne.Size {
	room := area.Sub(image.Pt(Pixels(2*borderWidth, system), Pixels(titleHeight, system)))
	return size.Min(fyne.NewSize(float32(room.X)/scale, float32(room.Y)/scale))
}

// TitleHeight returns the height that is kept free above a window of that scale, in pixels.
func TitleHeight(scale float32) int { return Pixels(titleHeight, systemScale(scale)) }

// systemScale returns the system's part in the scale of a window. The other part is FYNE_SCALE, of
// which the system knows nothing when it draws a title.
func systemScale(scale float32) float32 {
	if own, err := strconv.ParseFloat(os.Getenv("FYNE_SCALE"), 32); err == nil && own > 0 {
		return scale / float32(own)
	}
	return scale
}
