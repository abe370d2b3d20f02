package settings

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
)

func TestLockedSettingsShowNothingButThePIN(t *testing.T) {
	f, sent := usualForm(t, ipc.SettingsView{Locked: true})
	for _, name := range []string{"server", "mart", "device"} {
		f.setProblem(name, "문제")
	}
	uitest.Texts(f.window.Content(), fyne.Position{}, func(text *canvas.Text, _ fyne.Position) {
		if slices.Contains([]string{"서버 주소", "저장", "문제", "연결"}, text.Text) {
			t.Errorf("%q is shown", text.Text)
		}
	})
	if f.window.Canvas().Focused() != f.lock.entry {
		t.Error("the PIN cannot be typed at once")
	}
	test.Type(f.lock.entry, "1234")
	f.lock.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	f.lock.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(*sent) != 1 || *(*sent)[0].UnlockPIN != "1234" {
		t.Fatalf("sent %+v", *sent)
	}
	if f.lock.entry.Text != "" {
		t.Error("the PIN stays")
	}
}

func TestAWrongPINIsToldAndTheRightOneOpens(t *testing.T) {
	f, _ := usualForm(t, ipc.SettingsView{Locked: true})
	was := whole(f.window).MinSize()
	f.Answer(ipc.SettingsView{Locked: true, Notice: "PIN이 맞지 않습니다"})
	f.sees(t, "PIN이 맞지 않습니다")
	f.Answer(ipc.SettingsView{Settings: uitest.Settings(), HasPIN: true, Paired: "강남점"})
	f.sees(t, "서버 주소")
	f.sees(t, "등록됨: 강남점")
	if f.settings() != uitest.Settings() || f.lock.root.Visible() {
		t.Errorf("it opens with %+v", f.settings())
	}
	if got := whole(f.window).MinSize(); got != was {
		t.Errorf("the window jumps from %v to %v", was, got)
	}
	f.server.SetText("http://half-typ")
	f.Answer(ipc.SettingsView{Locked: true})
	f.Answer(ipc.SettingsView{Settings: uitest.Settings(), HasPIN: true})
	if f.server.Text != "http://half-typ" {
		t.Error("what was typed is lost")
	}
}

func TestAPINIsSetChangedOrRemoved(t *testing.T) {
	pin := func(s string) *string { return &s }
	tests := []struct {
		name    string
		has     bool
		typed   string
		remove  bool
		want    *string
		refused bool
	}{
		{"nothing is typed", false, "", false, nil, false},
		{"it stays", true, "", false, nil, false},
		{"set", false, "1234", false, pin("1234"), false},
		{"changed", true, " 123456789012 ", false, pin("123456789012"), false},
		{"removed", true, "", true, pin(""), false},
		{"removed, after one was typed", true, "9999", true, pin(""), false},
		{"three digits", false, "123", false, nil, true},
		{"letters", true, "abcd", false, nil, true},
		{"thirteen digits", true, "1234567890123", false, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings(), HasPIN: tt.has})
			f.showPage(3)
			test.Type(f.pin.entry, tt.typed)
			if tt.remove {
				test.Tap(f.pin.remove)
			}
			if (f.problems[fieldPIN].Text != "") != tt.refused {
				t.Errorf("while typing: %q", f.problems[fieldPIN].Text)
			}
			test.Tap(f.saveButton)
			if tt.refused {
				if len(*sent) != 0 {
					t.Errorf("sent %+v", *sent)
				}
				return
			}
			if len(*sent) != 1 || (*sent)[0].Save == nil {
				t.Fatalf("sent %+v", *sent)
			}
			got := (*sent)[0].Save.PIN
			if (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
				t.Errorf("PIN %v", got)
			}
		})
	}
}

func TestThereIsNothingToRemoveWithoutAPIN(t *testing.T) {
	for _, has := range []bool{true, false} {
		f, _ := usualForm(t, ipc.SettingsView{Settings: uitest.Settings(), HasPIN: has})
		if f.pin.remove.Visible() != has {
			t.Errorf("with a PIN %v, removing it is offered: %v", has, !has)
		}
	}
}

func TestThePINThatEndsJumunIsAskedForUntilItIsRight(t *testing.T) {
	uitest.App(t)
	var sent []ipc.FromUI
	p := NewPINWindow(fyne.CurrentApp().NewWindow(""), Config{Translator: uitest.Translator(t, "ko")}, func(l ipc.FromUI) { sent = append(sent, l) })
	p.Ask(ipc.AskPIN{})
	test.Type(p.window.Canvas().Focused(), "1234")
	p.form.submit()
	p.form.submit()
	if len(sent) != 1 || *sent[0].QuitPIN != "1234" {
		t.Fatalf("sent %+v", sent)
	}
	p.Ask(ipc.AskPIN{Wrong: "PIN이 맞지 않습니다"})
	if p.form.wrong.Text != "PIN이 맞지 않습니다" || p.form.entry.Text != "" {
		t.Errorf("%q, %q", p.form.wrong.Text, p.form.entry.Text)
	}
	p.window.Close()
	if len(sent) != 1 {
		t.Errorf("closing it sent %+v", sent)
	}
}

func TestWithoutAPINOneQuestionIsAskedBeforeTheEnd(t *testing.T) {
	uitest.EveryLook(t, func(t *testing.T, language string) {
		tr := uitest.Translator(t, language)
		var sent []ipc.FromUI
		p := NewPINWindow(fyne.CurrentApp().NewWindow(""), Config{Translator: tr}, func(l ipc.FromUI) { sent = append(sent, l) })
		p.Ask(ipc.AskPIN{None: true})
		p.window.Resize(p.window.Content().MinSize())
		if n := uitest.NoTextSpills(t, p.window.Content(), p.window.Canvas().Size()); n < 3 {
			t.Errorf("only %d texts were found", n)
		}
		if p.window.Canvas().Focused() != nil || p.form.root.Visible() {
			t.Error("a key would be an answer, or the PIN is asked for")
		}
		quit := buttons(p.sure)[0]
		if test.Tap(quit); quit.Text != tr.Text("tray.quit") || len(sent) != 1 || sent[0].QuitPIN == nil || *sent[0].QuitPIN != "" {
			t.Errorf("sent %+v", sent)
		}
		p.Ask(ipc.AskPIN{}) // somebody has set one meanwhile
		if p.sure.Visible() || !p.form.root.Visible() {
			t.Error("the PIN is not asked for")
		}
	})
}

func TestEveryTextOfThePINWindowIsWhole(t *testing.T) {
	uitest.EveryLook(t, func(t *testing.T, language string) {
		p := NewPINWindow(fyne.CurrentApp().NewWindow(""), Config{Translator: uitest.Translator(t, language)}, func(ipc.FromUI) {})
		p.Ask(ipc.AskPIN{Wrong: "PIN이 맞지 않습니다. 30초 뒤에 다시 입력하세요"})
		p.window.Resize(p.window.Content().MinSize())
		if n := uitest.NoTextSpills(t, p.window.Content(), p.window.Canvas().Size()); n < 4 {
			t.Errorf("only %d texts were found", n)
		}
	})
}
