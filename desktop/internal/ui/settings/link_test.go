package settings

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
)

const (
	aLink       = "jumun://pair?server=https://jumun.example.com&mart=42&code=ABCD-EFGH"
	unsafeLink  = "jumun://pair?server=http://shop.example.com&mart=42&code=ABCD-EFGH"
	halfOfALink = "jumun://pair?server=https://jumun.example.com&mart=42"
)

func TestALinkFillsInTheConnection(t *testing.T) {
	paste := func(entry func(*Form) *entry, text string) func(*Form) {
		return func(f *Form) {
			fyne.CurrentApp().Clipboard().SetContent(text)
			entry(f).TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
		}
	}
	server := func(f *Form) *entry { return f.server }
	mart := func(f *Form) *entry { return f.mart }
	code := func(f *Form) *entry { return f.code }
	device := func(f *Form) *entry { return f.device }
	tests := []struct {
		name   string
		use    func(*Form)
		filled bool
	}{
		{"pasted into the server", paste(server, aLink), true},
		{"pasted into the mart", paste(mart, aLink), true},
		{"pasted into the code", paste(code, aLink), true},
		{"pasted with the message that it came in", paste(server, "강남점 등록 링크입니다.\n"+aLink+" (15분)\n"), true},
		{"typed by a scanner", func(f *Form) { f.mart.SetText(""); test.Type(f.mart, aLink) }, true},
		{"opened", func(f *Form) { f.Answer(ipc.SettingsView{Link: aLink}) }, true},
		{"pasted elsewhere", paste(device, aLink), false},
		{"half of it", paste(code, halfOfALink), false},
		{"half of it, opened", func(f *Form) { f.Answer(ipc.SettingsView{Link: halfOfALink}) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, sent := usualForm(t, ipc.SettingsView{Settings: settings.Settings{Server: "https://old.example.com", Mart: "41", Volume: 0.8}, Paired: "41"})
			f.showPage(2)
			tt.use(f)
			got := f.settings()
			if filled := got.Server == "https://jumun.example.com" && got.Mart == "42" && f.code.Text == "ABCD-EFGH"; filled != tt.filled {
				t.Errorf("it shows %q, %q, %q", got.Server, got.Mart, f.code.Text)
			}
			if len(*sent) != 0 {
				t.Errorf("unasked it sent %+v", *sent)
			}
			if !tt.filled {
				return
			}
			if f.shownPage() != 0 || f.window.Canvas().Focused() != f.code {
				t.Errorf("page %d, the focus is on %T", f.shownPage(), f.window.Canvas().Focused())
			}
			f.code.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			if len(*sent) != 1 || (*sent)[0].Save.Code != "ABCD-EFGH" || (*sent)[0].Save.Mart != "42" {
				t.Errorf("Enter sent %+v", *sent)
			}
		})
	}
}

func TestTheServerOfALinkIsCheckedLikeATypedOne(t *testing.T) {
	uitest.App(t)
	f, sent := testForm(t, "ko")
	f.cfg.Check = settings.Check
	f.Open(ipc.SettingsView{Settings: settings.Settings{Volume: 0.8}, Link: unsafeLink})
	if f.server.Text != "http://shop.example.com" || f.problems[fieldServer].Text == "" {
		t.Errorf("%q, %q", f.server.Text, f.problems[fieldServer].Text)
	}
	if f.save(); len(*sent) != 0 {
		t.Errorf("sent %+v", *sent)
	}
}
