package screen

import (
	"image"
	"testing"

	"jumun/desktop/internal/ui/theme"
)

func TestAWindowStandsAsideOfTheCards(t *testing.T) {
	const popupWidth = theme.PopupWidth + theme.PopupMargin
	tests := []struct {
		name string
		work image.Rectangle
		size image.Point
		left bool // the popup is
		want image.Point
	}{
		{"a usual till", image.Rect(0, 0, 1280, 760), image.Pt(800, 600), false, image.Pt(12, 80)},
		{"a wide screen", image.Rect(0, 0, 1920, 1040), image.Pt(800, 600), false, image.Pt(332, 220)},
		{"a small till", image.Rect(0, 0, 1024, 728), image.Pt(800, 650), false, image.Pt(0, 39)},
		{"too small a screen shows the title", image.Rect(0, 0, 800, 560), image.Pt(800, 600), false, image.Pt(0, 36)},
		{"panels at the left and above", image.Rect(60, 30, 1280, 800), image.Pt(800, 600), false, image.Pt(60, 115)},
		{"the main screen is the right one", image.Rect(1920, 0, 3840, 1080), image.Pt(800, 600), false, image.Pt(2252, 240)},
		{"the popup is at the left of a usual till", image.Rect(0, 0, 1280, 760), image.Pt(800, 600), true, image.Pt(468, 80)},
		{"of a wide screen", image.Rect(0, 0, 1920, 1040), image.Pt(800, 600), true, image.Pt(788, 220)},
		{"of a small till: the window is at the right", image.Rect(0, 0, 1024, 728), image.Pt(800, 650), true, image.Pt(224, 39)},
		{"of too small a screen", image.Rect(0, 0, 800, 560), image.Pt(900, 600), true, image.Pt(0, 36)},
	}
	for _, tt := range tests {
		popup := tt.work
		if popup.Min.X = popup.Max.X - popupWidth; tt.left {
			popup.Min.X, popup.Max.X = tt.work.Min.X, tt.work.Min.X+popupWidth
		}
		if got := aside(tt.work, tt.size, popup, 36); got != tt.want {
			t.Errorf("%s: %v, not %v", tt.name, got, tt.want)
		}
	}
	main, second := image.Rect(0, 0, 1280, 760), image.Rect(1280, 0, 1280+popupWidth, 1024)
	if got := aside(main, image.Pt(800, 600), second, 36); got != image.Pt(240, 80) {
		t.Errorf("the popup is on the other monitor: %v", got)
	}
}
