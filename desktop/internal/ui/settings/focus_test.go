package settings

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
)

func TestTheFirstFieldToFillInHasTheFocus(t *testing.T) {
	whole := uitest.Settings()
	tests := []struct {
		name  string
		view  ipc.SettingsView
		wrong []string
		want  func(*Form) fyne.Focusable
	}{
		{"a new PC", ipc.SettingsView{}, []string{fieldServer, fieldMart}, func(f *Form) fyne.Focusable { return f.server }},
		{"the mart is missing", ipc.SettingsView{Settings: whole}, []string{fieldMart}, func(f *Form) fyne.Focusable { return f.mart }},
		{"only the code is missing", ipc.SettingsView{Settings: whole}, nil, func(f *Form) fyne.Focusable { return f.code }},
		{"nothing is missing", ipc.SettingsView{Settings: whole, Paired: "강남점"}, nil, func(*Form) fyne.Focusable { return nil }},
		{"the page about jumun", ipc.SettingsView{About: true}, []string{fieldServer}, func(*Form) fyne.Focusable { return nil }},
		{"a PIN is asked for", ipc.SettingsView{Locked: true}, []string{fieldServer}, func(f *Form) fyne.Focusable { return f.lock.entry }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, _ := usualForm(t, tt.view, tt.wrong...)
			if got := f.window.Canvas().Focused(); got != tt.want(f) {
				t.Errorf("the focus is on %T", got)
			}
		})
	}
}

func TestAfterThePINTheFirstFieldToFillInHasTheFocus(t *testing.T) {
	f, _ := usualForm(t, ipc.SettingsView{Locked: true}, fieldServer)
	f.Answer(ipc.SettingsView{})
	if got := f.window.Canvas().Focused(); got != f.server {
		t.Errorf("the focus is on %T", got)
	}
}

func TestEnterSavesFromEveryLine(t *testing.T) {
	for i := range 16 {
		f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings(), Paired: "강남점"})
		lines := append([]*entry{f.server, f.mart, f.device, f.ca, f.sound, f.repeat, f.patience, f.opens, f.pin.entry}, f.week[:]...)
		lines[i].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if len(*sent) != 1 || (*sent)[0].Save == nil {
			t.Errorf("Enter in line %d sent %+v", i, *sent)
		}
	}
}

func TestEnterSendsACodeOnce(t *testing.T) {
	f, sent := pairable(t, "")
	test.Type(f.code, "ABCD-EFGH")
	for range 2 {
		f.code.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnter})
	}
	if len(*sent) != 1 {
		t.Errorf("sent %+v", *sent)
	}
}

func TestAFieldThatIsRefusedHasTheFocus(t *testing.T) {
	view := ipc.SettingsView{Settings: uitest.Settings(), Paired: "강남점"}
	plain, _ := usualForm(t, view)
	for name := range plain.problems {
		f, _ := usualForm(t, view, name)
		f.showPage(4)
		f.save()
		if name != fieldCode && f.window.Canvas().Focused() != f.input(name) && isOnAPage(f, name) {
			t.Errorf("%s: refused by the form, the focus is on %T", name, f.window.Canvas().Focused())
		}
		g, _ := usualForm(t, view)
		g.Answer(ipc.SettingsView{Problems: map[string]string{name: "문제"}})
		if g.window.Canvas().Focused() != g.input(name) && isOnAPage(g, name) {
			t.Errorf("%s: refused by the agent, the focus is on %T", name, g.window.Canvas().Focused())
		}
	}
}

// isOnAPage reports whether a page shows the problem of a field of its own.
func isOnAPage(f *Form, name string) bool {
	for _, p := range f.pages {
		for _, field := range p.fields {
			if field == name {
				return true
			}
		}
	}
	return false
}

func TestClosingAsksOnlyAboutWhatIsNotSaved(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Form)
		asks   bool
	}{
		{"nothing", func(*Form) {}, false},
		{"a letter", func(f *Form) { test.Type(f.device, "2") }, true},
		{"a letter and back", func(f *Form) { was := f.device.Text; f.device.SetText("x"); f.device.SetText(was) }, false},
		{"a tick", func(f *Form) { f.login.SetChecked(!f.login.Checked) }, true},
		{"a code", func(f *Form) { test.Type(f.code, "A") }, true},
		{"a PIN", func(f *Form) { test.Type(f.pin.entry, "1") }, true},
		{"a code that is being sent", func(f *Form) { f.code.SetText("ABCD-EFGH"); f.save() }, false},
		{"the PIN is asked for again", func(f *Form) { test.Type(f.device, "2"); f.setLocked(true) }, false},
	}
	byHand := uitest.Settings()
	byHand.Volume, byHand.Scale, byHand.MartName, byHand.PIN = 0.333, 1.33, settings.MartName{Mart: byHand.Mart, Name: "강남점"}, "hash"
	for _, s := range []settings.Settings{uitest.Settings(), byHand} {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				f, sent := usualForm(t, ipc.SettingsView{Settings: s, HasPIN: true, Paired: "강남점"})
				tt.change(f)
				*sent = nil
				if f.close(); f.ask.Visible() != tt.asks || isOpen(f) != tt.asks || len(*sent) != 0 {
					t.Errorf("asks: %v, open: %v, sent %+v", f.ask.Visible(), isOpen(f), *sent)
				}
			})
		}
	}
}

func isOpen(f *Form) bool {
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if w == f.window {
			return true
		}
	}
	return false
}

func TestTheQuestionAboutWhatIsNotSavedHasThreeAnswers(t *testing.T) {
	tests := []struct {
		name             string
		answer           func(*Form)
		open, ask, saved bool
	}{
		{"save", func(f *Form) { f.saveAfterAll() }, true, false, true},
		{"keep typing", func(f *Form) { f.keepTyping() }, true, false, false},
		{"Escape", func(f *Form) { f.escape() }, true, false, false},
		{"the close button again", func(f *Form) { f.close() }, true, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings(), Paired: "강남점"})
			f.window.Canvas().Focus(f.device)
			test.Type(f.device, "2")
			f.escape()
			if !f.ask.Visible() || f.body.Visible() || f.window.Canvas().Focused() != nil {
				t.Fatalf("asks: %v, the focus is on %T", f.ask.Visible(), f.window.Canvas().Focused())
			}
			tt.answer(f)
			if !tt.ask && f.window.Canvas().Focused() != f.device {
				t.Errorf("afterwards the focus is on %T", f.window.Canvas().Focused())
			}
			if isOpen(f) != tt.open || f.ask.Visible() != tt.ask || (len(*sent) == 1) != tt.saved || f.device.Text != uitest.Settings().Device+"2" && f.device.Text != "2"+uitest.Settings().Device {
				t.Errorf("open: %v, asks: %v, sent %+v, typed %q", isOpen(f), f.ask.Visible(), *sent, f.device.Text)
			}
		})
	}
}
