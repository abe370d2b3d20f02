//go:build linux

package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"jumun/desktop/internal/settings"

	"image"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
)

// saveOf is where the save button of the settings window is, at a scale.
func saveOf(w harness.Window, scale float64) image.Point {
	const padding = 5 // of Fyne's windows
	x, y := 2*formMarginX+pagesWidth, formMarginY
	if float64(w.Bounds.Dx()) < narrowForm*scale {
		x, y = narrowMargin, narrowMargin
	}
	right, up := float64(padding+x+saveWidth/4)*scale, float64(padding+y+pageHeight/2)*scale
	return image.Pt(w.Bounds.Min.X+int(right), w.Bounds.Max.Y-int(up))
}

func TestTheSettingsOnARealScreen(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err)
		}
	})
	must(t, s.OpenScreen(t.Context()))
	for name, test := range map[string]func(*testing.T, *harness.Screen){
		"the cards leave the settings alone":       standsAside,
		"the PIN is typed and Enter hands it over": unlocks,
	} {
		t.Run(name, func(t *testing.T) { test(t, s.Screen) })
	}
}

func TestTheWindowsFitASmallScreenAtAnyScale(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	s.Resolution = image.Pt(800, 600)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err)
		}
	})
	must(t, s.OpenScreen(t.Context()))
	area, err := s.Screen.WorkArea()
	must(t, err)
	for _, scale := range []float64{1, 1.25, 2.5} {
		p := start(t, "DISPLAY="+s.Screen.Display, "XAUTHORITY="+os.Getenv("XAUTHORITY"), fmt.Sprintf("FYNE_SCALE=%v", scale))
		p.hear()
		p.say(ipc.ToUI{Settings: &ipc.SettingsView{Settings: uitest.Settings()}})
		w := atRest(t, s.Screen, p)
		if save := saveOf(w, scale); !w.Bounds.In(area) || !save.In(area) {
			t.Errorf("at %v the window at %v is not in %v", scale, w.Bounds, area)
		}
		clicks(t, s.Screen, saveOf(w, scale), 1)
		if l := p.hear(); l.Save == nil {
			t.Errorf("at %v a click on the button says %+v", scale, l)
		}
		p.say(ipc.ToUI{Settings: &ipc.SettingsView{Saved: true}})
		if l := p.hear(); !l.SettingsClosed {
			t.Errorf("saved, it says %+v", l)
		}
		p.say(ipc.ToUI{OpenHistory: true})
		p.answerFind(uitest.Rows(30, 2), ipc.Query{})
		if w := atRest(t, s.Screen, p); !w.Bounds.In(area) {
			t.Errorf("at %v the history at %v is not in %v", scale, w.Bounds, area)
		}
		p.end()
	}
}

func standsAside(t *testing.T, screen *harness.Screen) {
	for _, corner := range []string{settings.BottomRight, settings.TopLeft} {
		standsAsideOf(t, screen, settings.Popup{Corner: corner})
	}
}

func standsAsideOf(t *testing.T, screen *harness.Screen, place settings.Popup) {
	p := onScreen(t, screen)
	p.say(ipc.ToUI{Popup: &ipc.Popup{Place: place}})
	p.say(ipc.ToUI{Settings: &ipc.SettingsView{Settings: uitest.Settings(), Paired: "강남점"}})
	settings := atRest(t, screen, p)
	popup := uitest.Cards("1001", "1002", "1003")
	popup.Place = place
	p.say(ipc.ToUI{Popup: &popup})
	if l := p.hear(); len(l.Shown) != 3 {
		t.Fatalf("it says %+v", l)
	}
	found, err := screen.WindowsOf(p.cmd.Process.Pid)
	must(t, err)
	for _, w := range found {
		if w.ID != settings.ID && w.Bounds.Overlaps(settings.Bounds) {
			t.Errorf("the cards at %v cover the settings at %v", w.Bounds, settings.Bounds)
		}
	}
	if area, err := screen.WorkArea(); err != nil || !settings.Bounds.In(area) {
		t.Errorf("the settings at %v are not in %v, %v", settings.Bounds, area, err)
	}
	if len(found) != 2 {
		t.Errorf("its windows are %+v", found)
	}
	p.end()
}

func unlocks(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	p.say(ipc.ToUI{Settings: &ipc.SettingsView{Locked: true}})
	atRest(t, screen, p)
	must(t, screen.Type(t.Context(), "1234"), screen.Press(t.Context(), "Return"))
	if l := p.hear(); l.UnlockPIN == nil || *l.UnlockPIN != "1234" {
		t.Errorf("it says %+v", l)
	}
	p.end()
}

func settingsAreChecked(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	view := ipc.SettingsView{Settings: settings.Settings{Mart: "42", Volume: 0.8}}
	p.say(ipc.ToUI{Settings: &view})
	w := atRest(t, screen, p)
	if shows(screen, w.Bounds) == nil {
		t.Error("a problem is shown before anything was typed")
	}
	ctx := t.Context()
	save := func() error {
		clicks(t, screen, saveOf(atRest(t, screen, p), 1), 1)
		return nil
	}
	must(t, screen.Type(ctx, "nonsense")) // the field to fill in has the focus
	must(t, harness.Until(ctx, "the problem beside the address", func() error { return shows(screen, w.Bounds) }))
	must(t, screen.Press(ctx, "Return"), save())                           // neither may save nonsense
	must(t, screen.Press(ctx, slices.Repeat([]string{"BackSpace"}, 8)...)) // the field that was refused has the focus
	must(t, screen.Type(ctx, "http://localhost:8080"), screen.Press(ctx, "Return"))
	if l := p.hear(); l.Save == nil || *l.Save != (ipc.Save{Settings: settings.Settings{Server: "http://localhost:8080", Mart: "42", Volume: 0.8}}) {
		line, _ := json.Marshal(l)
		t.Errorf("it says %s", line)
	}
	p.say(ipc.ToUI{Settings: &ipc.SettingsView{Saved: true}})
	if l := p.hear(); !l.SettingsClosed {
		t.Errorf("after it was saved it says %+v", l)
	}
	p.end()
}

// atRest is the settings window once it has the focus and its place: the window manager
// moves it after it was made larger.
func atRest(t *testing.T, screen *harness.Screen, p *process) (w harness.Window) {
	t.Helper()
	still := 0
	must(t, harness.Until(t.Context(), "the settings window to be at rest", func() error {
		found, err := screen.WindowsOf(p.cmd.Process.Pid)
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%+v, %w", found, err)
		}
		if still++; found[0].Bounds != w.Bounds {
			still = 0
		}
		if w = found[0]; still < 10 {
			return fmt.Errorf("it is at %v for %d looks", w.Bounds, still)
		}
		return isActive(screen, w.ID)
	}))
	return w
}

// shows looks for the red of a problem in an area of the screen. Thin letters are that
// red mixed with the background, which leaves green and colour alike; our orange does not.
func shows(screen *harness.Screen, area image.Rectangle) error {
	shot, err := screen.Screenshot()
	if err != nil {
		return err
	}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c := shot.RGBAAt(x, y)
			if red, green, colour := int(c.R), int(c.G), int(c.B); red-green > 80 && max(green-colour, colour-green) < 12 {
				return nil
			}
		}
	}
	return errors.New("no red")
}

func settingsClose(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	p.popUp(screen, "1001")
	p.say(ipc.ToUI{Settings: &ipc.SettingsView{Settings: settings.Settings{Volume: 0.8}}})
	must(t, harness.Until(t.Context(), "the settings window to have the focus", func() error {
		found, err := screen.WindowsOf(p.cmd.Process.Pid)
		if err != nil || len(found) != 2 {
			return fmt.Errorf("%+v, %w", found, err)
		}
		return isActive(screen, found[slices.IndexFunc(found, func(w harness.Window) bool { return w.Managed })].ID)
	}))
	must(t, screen.Press(t.Context(), "alt+F4"))
	if l := p.hear(); !l.SettingsClosed {
		t.Errorf("it says %+v", l)
	}
	if w := p.window(screen); w.Managed {
		t.Errorf("what stays is %+v", w)
	}
	p.end()
}
