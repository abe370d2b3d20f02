//go:build linux

package ui

import (
	"fmt"
	"image"
	"os"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	uiscreen "jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"
)

// isInItsCorner chooses each corner, on the screen's monitor and on one that is gone, while the popup
// is on the screen.
func isInItsCorner(t *testing.T, screen *harness.Screen) {
	area, err := screen.WorkArea()
	must(t, err)
	for _, scale := range []float32{1, 2} {
		p := start(t, "DISPLAY="+screen.Display, "XAUTHORITY="+os.Getenv("XAUTHORITY"), fmt.Sprintf("FYNE_SCALE=%v", scale))
		p.hear()
		margin := uiscreen.Pixels(theme.PopupMargin, scale)
		inner := area.Inset(margin)
		popup := uitest.Cards("1001")
		for _, place := range []settings.Popup{{Corner: settings.TopLeft}, {Corner: settings.TopRight, Monitor: "gone"},
			{Corner: settings.BottomLeft, Monitor: "screen"}, {Corner: settings.BottomRight}} {
			popup.Place = place
			p.say(ipc.ToUI{Popup: &popup})
			must(t, harness.Until(t.Context(), "the popup in its corner", func() error {
				w, err := shown(screen, p)
				if err == nil && cornerOf(w, place.Corner) != cornerOf(inner, place.Corner) {
					err = fmt.Errorf("at %v, %+v: it is at %v in %v", scale, place, w, area)
				}
				return err
			}))
		}
		p.end()
	}
}

func shown(screen *harness.Screen, p *process) (image.Rectangle, error) {
	found, err := screen.WindowsOf(p.cmd.Process.Pid)
	if err != nil || len(found) != 1 {
		return image.Rectangle{}, fmt.Errorf("its windows are %+v, %w", found, err)
	}
	return found[0].Bounds, nil
}

func cornerOf(r image.Rectangle, corner string) image.Point {
	switch corner {
	case settings.TopLeft:
		return r.Min
	case settings.TopRight:
		return image.Pt(r.Max.X, r.Min.Y)
	case settings.BottomLeft:
		return image.Pt(r.Min.X, r.Max.Y)
	}
	return r.Max
}
