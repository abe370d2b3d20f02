package popup

import (
	"image"
	"testing"

	"jumun/desktop/internal/settings"
)

func TestCornerKeepsThePopupOffPanelsAndOnTheScreen(t *testing.T) {
	tests := []struct {
		name, corner string
		work         image.Rectangle
		size         image.Point
		want         image.Point
	}{
		{"no panel", settings.BottomRight, image.Rect(0, 0, 1280, 800), image.Pt(444, 216), image.Pt(824, 572)},
		{"a taskbar below", settings.BottomRight, image.Rect(0, 0, 1280, 760), image.Pt(444, 216), image.Pt(824, 532)},
		{"a panel at the right", settings.BottomRight, image.Rect(0, 0, 1200, 800), image.Pt(444, 216), image.Pt(744, 572)},
		{"the main screen is the right one", settings.BottomRight, image.Rect(1920, 0, 3840, 1080), image.Pt(444, 216), image.Pt(3384, 852)},
		{"higher than the screen", settings.BottomRight, image.Rect(0, 27, 640, 180), image.Pt(444, 216), image.Pt(184, 27)},
		{"bottom left, a panel at the left", settings.BottomLeft, image.Rect(60, 0, 1280, 800), image.Pt(444, 216), image.Pt(72, 572)},
		{"top left, a panel above", settings.TopLeft, image.Rect(0, 27, 1280, 800), image.Pt(444, 216), image.Pt(12, 39)},
		{"top right", settings.TopRight, image.Rect(0, 0, 1280, 800), image.Pt(444, 216), image.Pt(824, 12)},
		{"larger than the screen, in another corner", settings.TopLeft, image.Rect(0, 27, 400, 180), image.Pt(444, 216), image.Pt(0, 27)},
		{"a corner of a newer version", "middle", image.Rect(0, 0, 1280, 800), image.Pt(444, 216), image.Pt(824, 572)},
	}
	for _, test := range tests {
		if got := corner(settings.Popup{Corner: test.corner}, test.work, test.size, 12); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
