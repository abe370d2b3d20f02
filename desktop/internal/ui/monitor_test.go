//go:build linux

package ui

import (
	"fmt"
	"image"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ui/theme"
)

// shrink makes the one monitor of the screen that large, and puts it there.
func shrink(t *testing.T, display string, to image.Rectangle) {
	t.Helper()
	x, err := xgb.NewConnDisplay(display)
	must(t, err)
	defer x.Close()
	must(t, randr.Init(x))
	_, err = randr.QueryVersion(x, 1, 3).Reply()
	must(t, err)
	root := xproto.Setup(x).DefaultScreen(x).Root
	all, err := randr.GetScreenResources(x, root).Reply()
	must(t, err)
	name := fmt.Sprintf("%dx%d", to.Dx(), to.Dy())
	mode, err := randr.CreateMode(x, root, randr.ModeInfo{Width: uint16(to.Dx()), Height: uint16(to.Dy()), NameLen: uint16(len(name)),
		Htotal: uint16(to.Dx()), Vtotal: uint16(to.Dy()), DotClock: uint32(60 * to.Dx() * to.Dy())}, name).Reply()
	must(t, err)
	must(t, randr.AddOutputModeChecked(x, all.Outputs[0], mode.Mode).Check())
	set, err := randr.SetCrtcConfig(x, all.Crtcs[0], 0, all.ConfigTimestamp, int16(to.Min.X), int16(to.Min.Y), mode.Mode,
		randr.RotationRotate0, all.Outputs[:1]).Reply()
	must(t, err)
	if set.Status != randr.SetConfigSuccess {
		t.Fatalf("the monitor's mode is not set: %d", set.Status)
	}
}

func TestThePopupStaysOnTheMainMonitorWhenThatChanges(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err)
		}
	})
	must(t, s.OpenScreen(t.Context()))
	p := onScreen(t, s.Screen)
	p.popUp(s.Screen, "1001", "1002", "1003")
	for _, to := range []image.Rectangle{image.Rect(0, 0, 1024, 600), image.Rect(256, 0, 1280, 700)} {
		shrink(t, s.Screen.Display, to)
		must(t, harness.Until(t.Context(), "the popup to be on its monitor", func() error {
			w := p.window(s.Screen)
			if !w.Bounds.In(to) || w.Bounds.Max.X != to.Max.X-theme.PopupMargin {
				return fmt.Errorf("it is at %v, its monitor at %v", w.Bounds, to)
			}
			return nil
		}))
	}
	p.end()
}
