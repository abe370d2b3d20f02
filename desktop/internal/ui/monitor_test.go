//go:build linux

package ui

import (
	"fmt"
	"image"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/uitest"
)

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
		must(t, s.Screen.SetMonitor(0, to))
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

func TestThePopupIsOnTheMonitorThatWasChosen(t *testing.T) {
	main, second := image.Rect(0, 0, 1280, 1024), image.Rect(1280, 0, 2304, 1024)
	s, err := harness.New()
	must(t, err)
	s.Monitors = []image.Rectangle{main, second}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err)
		}
	})
	must(t, s.OpenScreen(t.Context()))
	p := onScreen(t, s.Screen)
	stands := func(in image.Rectangle, place settings.Popup) {
		t.Helper()
		popup := uitest.Cards("1001")
		popup.Place = place
		p.say(ipc.ToUI{Popup: &popup})
		p.standsIn(s.Screen, in, place)
	}
	stands(main, settings.Popup{})
	stands(second, settings.Popup{Monitor: "DUMMY1"})
	stands(second, settings.Popup{Monitor: "DUMMY1", Corner: settings.TopLeft, Size: 1.5})
	screenshot(t, s.Screen, "two-monitors")
	must(t, s.Screen.SetMonitor(1, image.Rectangle{})) // unplugged
	p.standsIn(s.Screen, main, settings.Popup{Corner: settings.TopLeft})
	must(t, s.Screen.SetMonitor(1, second))
	p.standsIn(s.Screen, second, settings.Popup{Corner: settings.TopLeft})
	p.end()
}

// standsIn waits until the popup is in a corner of a monitor.
func (p *process) standsIn(screen *harness.Screen, monitor image.Rectangle, place settings.Popup) {
	p.t.Helper()
	must(p.t, harness.Until(p.t.Context(), "the popup in its corner", func() error {
		area, err := screen.WorkArea()
		if err != nil {
			return err
		}
		w, err := shown(screen, p)
		want := area.Intersect(monitor).Inset(theme.PopupMargin)
		if err == nil && cornerOf(w, place.Corner) != cornerOf(want, place.Corner) {
			err = fmt.Errorf("it is at %v, not in %v", w, want)
		}
		return err
	}))
}
