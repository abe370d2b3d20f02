package screen

import (
	"image"
	"testing"

	"jumun/desktop/internal/ui/theme"
)

func TestAWindowStandsAsideOfTheCards(t *testing.T) {
	tests := []struct {
		name string
		work image.Rectangle
		size image.Point
		want image.Point
	}{
		{"a usual till", image.Rect(0, 0, 1280, 760), image.Pt(800, 600), image.Pt(12, 80)},
		{"a wide screen", image.Rect(0, 0, 1920, 1040), image.Pt(800, 600), image.Pt(332, 220)},
		{"a small till", image.Rect(0, 0, 1024, 728), image.Pt(800, 650), image.Pt(0, 39)},
		{"too small a screen shows the title", image.Rect(0, 0, 800, 560), image.Pt(800, 600), image.Pt(0, 36)},
		{"panels at the left and above", image.Rect(60, 30, 1280, 800), image.Pt(800, 600), image.Pt(60, 115)},
		{"the main screen is the right one", image.Rect(1920, 0, 3840, 1080), image.Pt(800, 600), image.Pt(2252, 240)},
	}
	for _, tt := range tests {
		if got := aside(tt.work, tt.size, theme.PopupWidth+theme.PopupMargin, 36); got != tt.want {
			t.Errorf("%s: %v, not %v", tt.name, got, tt.want)
		}
	}
}
