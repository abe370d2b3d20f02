//go:build linux

package ui

import (
	"errors"
	"fmt"
	"image"
	"os"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	uiscreen "jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/uitest"
)

// toolsAreUsed pauses the sound, minimises the popup, and lets an order come.
func toolsAreUsed(t *testing.T, screen *harness.Screen) {
	till := focused(t, screen)
	area, err := screen.WorkArea()
	must(t, err)
	for _, scale := range []float32{1, 2} {
		p := start(t, "DISPLAY="+screen.Display, "XAUTHORITY="+os.Getenv("XAUTHORITY"), fmt.Sprintf("FYNE_SCALE=%v", scale))
		p.hear()
		w := p.popUp(screen, "1001")
		sixth, below := uiscreen.Pixels(popupPadding+cardWidth/6, scale), uiscreen.Pixels(popupPadding+rowHeight/2, scale)
		must(t, harness.Until(t.Context(), "the sound to be paused", func() error {
			clicks(t, screen, w.Bounds.Min.Add(image.Pt(sixth, below)), 1)
			return p.says(func(l ipc.FromUI) bool { return l.PauseSound })
		}))
		var bar harness.Window
		must(t, harness.Until(t.Context(), "the popup to be small", func() error {
			if bar = p.window(screen); bar.Bounds.Dy() < w.Bounds.Dy()/2 {
				return nil
			}
			clicks(t, screen, image.Pt(w.Bounds.Max.X-sixth, w.Bounds.Min.Y+below), 1)
			return errors.New("not yet")
		}))
		if covered, err := screen.Covered(bar); covered || err != nil || bar.Bounds.Max != w.Bounds.Max || !bar.Bounds.In(area) {
			t.Errorf("the bar is at %v, covered: %v, %v", bar.Bounds, covered, err)
		}
		must(t, isActive(screen, uint32(till.id)))
		popup := uitest.Cards("1001", "1002")
		p.say(ipc.ToUI{Popup: &popup})
		must(t, harness.Until(t.Context(), "the order to open the popup", func() error {
			if now := p.window(screen).Bounds; now.Dx() != w.Bounds.Dx() {
				return fmt.Errorf("it is at %v", now)
			}
			return nil
		}))
		p.end()
	}
}

// says returns an error unless the process has said such a line by now.
func (p *process) says(is func(ipc.FromUI) bool) error {
	for {
		select {
		case l := <-p.said:
			if is(l) {
				return nil
			}
		default:
			return errors.New("not yet")
		}
	}
}
