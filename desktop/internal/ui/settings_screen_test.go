//go:build linux

package ui

import (
	"image"
	"testing"

	"jumun/desktop/internal/ui/uitest"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
)

// saveOf is where the save button of the settings window is.
func saveOf(w harness.Window) image.Point {
	const padding = 5 // of Fyne's windows
	return image.Pt(w.Bounds.Min.X+padding+2*formMarginX+pagesWidth+saveWidth/4, w.Bounds.Max.Y-padding-formMarginY-pageHeight/2)
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

func standsAside(t *testing.T, screen *harness.Screen) {
	p := onScreen(t, screen)
	p.say(ipc.ToUI{Settings: &ipc.SettingsView{Settings: uitest.Settings(), Paired: "강남점"}})
	settings := atRest(t, screen, p)
	popup := uitest.Cards("1001", "1002", "1003")
	p.say(ipc.ToUI{Popup: &popup})
	if l := p.hear(); len(l.Shown) != 3 {
		t.Fatalf("it says %+v", l)
	}
	found, err := screen.Of(p.cmd.Process.Pid)
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
