//go:build linux

package ui

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"jumun/assets/fonts"
	"jumun/desktop/e2e/harness"
	"jumun/desktop/e2e/harness/screen"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
)

func TestTheKeysOfTheSettingsOnARealScreen(t *testing.T) {
	s, err := harness.New()
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Log(err)
		}
	})
	must(t, s.OpenScreen(t.Context()))
	for name, test := range map[string]func(*testing.T, *harness.Screen){
		"Escape closes whatever has the focus": escapes,
		"Escape closes an open list first":     escapesAList,
		"what is not saved is asked about":     asksBeforeItCloses,
		"the shop is asked about":              asksForTheShop,
	} {
		t.Run(name, func(t *testing.T) { test(t, s.Screen) })
	}
}

// general is where the button of the page of that name is on the settings window.
func general(w harness.Window) image.Point {
	return w.Bounds.Min.Add(image.Pt(5+formMarginX+pagesWidth/2, 5+formMarginY+3*(pageHeight+5)+pageHeight/2))
}

// opensSettings opens the settings, in which nothing is missing.
func opensSettings(t *testing.T, at *harness.Screen, p *process) harness.Window {
	t.Helper()
	p.say(ipc.ToUI{Settings: &ipc.SettingsView{Settings: uitest.Settings(), Paired: "강남점", HasPIN: true}})
	return atRest(t, at, p)
}

func escapes(t *testing.T, at *harness.Screen) {
	p := onScreen(t, at)
	for _, page := range []bool{false, true} {
		for _, tabs := range []int{0, 1, 3, 5, 6, 8} { // nothing, lines, lists, check boxes, buttons
			w := opensSettings(t, at, p)
			if page {
				clicks(t, at, general(w), 1)
			}
			must(t, at.Press(t.Context(), append(slices.Repeat([]string{"Tab"}, tabs), "Escape")...))
			if l := p.hear(); !l.SettingsClosed {
				t.Errorf("after %d tabs, on the general page: %v, it says %+v", tabs, page, l)
			}
		}
	}
	p.end()
}

func escapesAList(t *testing.T, at *harness.Screen) {
	p := onScreen(t, at)
	clicks(t, at, general(opensSettings(t, at, p)), 1)
	must(t, at.Click(t.Context(), sees(t, at, p, "시스템 언어", false)))
	open := sees(t, at, p, "English", false)
	must(t, at.Press(t.Context(), "Escape"))
	must(t, harness.Until(t.Context(), "the list to be closed", func() error {
		if _, err := look(at, p, "English", false); err == nil {
			return fmt.Errorf("it is at %v", open)
		}
		return nil
	}))
	atRest(t, at, p)
	must(t, at.Press(t.Context(), "Escape"))
	if l := p.hear(); !l.SettingsClosed {
		t.Errorf("the second Escape says %+v", l)
	}
	p.end()
}

func asksBeforeItCloses(t *testing.T, at *harness.Screen) {
	p, ctx := onScreen(t, at), t.Context()
	view := ipc.SettingsView{Settings: settings.Settings{Mart: "42", Volume: 0.8}}
	p.say(ipc.ToUI{Settings: &view})
	atRest(t, at, p)
	must(t, at.Type(ctx, "http://localhost"), at.Press(ctx, "Tab", "Tab", "Tab", "Tab", "Escape")) // from a line into 고급
	sees(t, at, p, "저장하지 않은 내용이 있습니다", true)
	must(t, at.Press(ctx, "Return", "space")) // of a scanner: no button has the focus
	must(t, at.Press(ctx, "Escape"))          // back to the form
	must(t, at.Press(ctx, "alt+F4"))
	must(t, at.Click(ctx, sees(t, at, p, "계속 입력", true)))
	must(t, at.Press(ctx, "Escape"))
	must(t, at.Click(ctx, sees(t, at, p, "저장 안 함", true)))
	if l := p.hear(); !l.SettingsClosed {
		t.Errorf("not saved, it says %+v", l)
	}
	p.say(ipc.ToUI{Settings: &view})
	atRest(t, at, p)
	must(t, at.Type(ctx, "http://localhost"), at.Press(ctx, "Escape"))
	discard := sees(t, at, p, "저장 안 함", true)
	must(t, at.Click(ctx, discard.Sub(image.Pt(134, 0)))) // 저장, which the form has too
	if l := p.hear(); l.Save == nil || l.Save.Server != "http://localhost" {
		t.Errorf("saved after all, it says %+v", l)
	}
	p.end()
}

func asksForTheShop(t *testing.T, at *harness.Screen) {
	p, ctx := onScreen(t, at), t.Context()
	opensSettings(t, at, p)
	ask := ipc.ToUI{Settings: &ipc.SettingsView{Shop: "강남점"}}
	p.say(ask)
	no := sees(t, at, p, "아니요", true)
	must(t, at.Press(ctx, "Return", "space")) // of a scanner
	must(t, at.Click(ctx, no))
	if l := p.hear(); !l.WrongShop {
		t.Errorf("no says %+v", l)
	}
	p.say(ask)
	must(t, at.Click(ctx, sees(t, at, p, "예", true)))
	if l := p.hear(); !l.SettingsClosed {
		t.Errorf("yes says %+v", l)
	}
	p.end()
}

// sees waits for a text on the settings window and returns where it is.
func sees(t *testing.T, at *harness.Screen, p *process, text string, bold bool) (where image.Point) {
	t.Helper()
	must(t, harness.Until(t.Context(), text, func() (err error) {
		where, err = look(at, p, text, bold)
		return err
	}))
	return where
}

// look returns where a text is on the settings window.
func look(at *harness.Screen, p *process, text string, bold bool) (image.Point, error) {
	font := fonts.Regular()
	if bold {
		font = fonts.Bold()
	}
	reader, err := screen.NewReader(font)
	if err != nil {
		return image.Point{}, err
	}
	windows, err := at.WindowsOf(p.cmd.Process.Pid)
	if err != nil || len(windows) != 1 {
		return image.Point{}, fmt.Errorf("the windows are %+v, %w", windows, err)
	}
	shot, err := at.Screenshot()
	if err != nil {
		return image.Point{}, err
	}
	found, err := reader.Read(shot, windows[0].Bounds, text, 15, 17)
	if err == nil && found.Likeness < screen.Threshold {
		err = fmt.Errorf("%q cannot be read: %v", text, found)
	}
	return found.Centre(), err
}
