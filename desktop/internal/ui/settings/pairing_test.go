package settings

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
)

// pairable is an open form that is right but for its code.
func pairable(t *testing.T, paired string) (*Form, *[]ipc.FromUI) {
	uitest.App(t)
	f, sent := testForm(t, "ko")
	s := settings.Default()
	s.Server, s.Mart, s.Device = "http://localhost:8080", "42", "카운터"
	f.Open(ipc.SettingsView{Settings: s, Paired: paired})
	return f, sent
}

func TestACodeIsCheckedOnceItMayBeWhole(t *testing.T) {
	tests := []struct {
		name, typed     string
		typing, sending bool // a problem is shown
	}{
		{"none", "", false, false},
		{"as it is read out", "abcd-efgh", false, false},
		{"pasted with spaces", " ABCD EFGH ", false, false},
		{"half of it", "ABCD-", false, true},
		{"seven letters", "ABCD-EFG", false, true},
		{"nine letters", "ABCD-EFGHJ", true, true},
		{"a letter that codes do not have", "ABCD-EFG0", true, true},
		{"Hangul", "등록코드등록코드", true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, sent := pairable(t, "")
			test.Type(f.code, tt.typed)
			if got := f.problems[fieldCode].Text; (got != "") != tt.typing {
				t.Errorf("while typing: %q", got)
			}
			f.save()
			if got := f.problems[fieldCode].Text; (got != "") != tt.sending || (len(*sent) == 0) != tt.sending {
				t.Errorf("at the end: %q, sent %+v", got, *sent)
			}
		})
	}
}

func TestAPairedPCSaysSoAndNeedsNoCode(t *testing.T) {
	f, sent := pairable(t, "강남점")
	if f.paired.Text != "등록됨: 강남점" || !f.paired.Visible() {
		t.Errorf("%q, visible: %v", f.paired.Text, f.paired.Visible())
	}
	f.code.SetText("ABCD-EFGHJ")
	if f.paired.Visible() {
		t.Error("it stands on the problem")
	}
	f.code.SetText("")
	if !f.paired.Visible() {
		t.Error("it does not come back")
	}
	was := f.mart.Text
	f.mart.SetText("43")
	if f.paired.Visible() {
		t.Error("it stands beside another mart")
	}
	f.mart.SetText(was)
	if !f.paired.Visible() {
		t.Error("it does not come back with the mart")
	}
	f.save()
	if len(*sent) != 1 || (*sent)[0].Save.Code != "" || (*sent)[0].Save.Device != "카운터" {
		t.Errorf("sent %+v", *sent)
	}
	if f.saveButton.Disabled() {
		t.Error("without a code there is nothing to wait for")
	}
}

func TestACodeIsSentOnceUntilItIsAnswered(t *testing.T) {
	f, sent := pairable(t, "")
	f.code.SetText("ABCD-EFGH")
	test.Tap(f.saveButton)
	test.Tap(f.saveButton)
	if len(*sent) != 1 || (*sent)[0].Save.Code != "ABCD-EFGH" {
		t.Fatalf("sent %+v", *sent)
	}
	if !f.saveButton.Disabled() || f.saveButton.Text != "등록하는 중…" {
		t.Errorf("the button says %q, disabled: %v", f.saveButton.Text, f.saveButton.Disabled())
	}
	f.Answer(ipc.SettingsView{Problems: map[string]string{"code": "이미 쓴 코드입니다", "of a newer agent": "?"}})
	if f.saveButton.Disabled() || f.saveButton.Text != "저장" || f.code.Text != "ABCD-EFGH" || f.problems[fieldCode].Text != "이미 쓴 코드입니다" {
		t.Errorf("after the answer: %q, %q, %q", f.saveButton.Text, f.code.Text, f.problems[fieldCode].Text)
	}
	test.Type(f.device, "2")
	if f.problems[fieldCode].Text == "" {
		t.Error("another field took back what is wrong with the code")
	}
	test.Type(f.code, "J")
	test.Tap(f.saveButton)
	if len(*sent) != 1 {
		t.Errorf("sent %+v", *sent)
	}
}

func TestTabGoesFromTheServerToTheCodeAndOn(t *testing.T) {
	f, _ := pairable(t, "")
	f.window.Canvas().Unfocus()
	for _, want := range []fyne.Focusable{f.server, f.mart, f.code, f.device} {
		if f.window.Canvas().FocusNext(); f.window.Canvas().Focused() != want {
			t.Errorf("the focus is on %T, not on %T", f.window.Canvas().Focused(), want)
		}
	}
}

func TestAdvancedSettingsAreShownWhenTheyMatter(t *testing.T) {
	tests := []struct {
		name  string
		view  ipc.SettingsView
		shown bool
	}{
		{"as almost everywhere", ipc.SettingsView{}, false},
		{"an unencrypted server", ipc.SettingsView{Settings: settings.Settings{Insecure: true}}, true},
		{"authorities of its own", ipc.SettingsView{Settings: settings.Settings{CA: "/ca.pem"}}, true},
		{"a problem with them", ipc.SettingsView{Problems: map[string]string{"ca": "?"}}, true},
		{"a problem elsewhere", ipc.SettingsView{Problems: map[string]string{"sound": "?"}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			uitest.App(t)
			f, _ := testForm(t, "ko")
			f.Open(tt.view)
			if got := f.advanced.Items[0].Open; got != tt.shown {
				t.Errorf("shown: %v", got)
			}
		})
	}
}

func TestAllowingUnencryptedConnectionsChecksAgain(t *testing.T) {
	uitest.App(t)
	f, sent := testForm(t, "ko")
	f.cfg.Check = func(s settings.Settings) map[string]string {
		if s.Insecure {
			return nil
		}
		return map[string]string{"server": "http 대신 https"}
	}
	f.Open(ipc.SettingsView{Settings: settings.Settings{Volume: 0.8}})
	test.Type(f.server, "http://till")
	if f.problems[fieldServer].Text == "" {
		t.Error("it is not checked")
	}
	test.Tap(f.insecure)
	f.ca.SetText("/ca.pem")
	f.save()
	if f.problems[fieldServer].Text != "" || len(*sent) != 1 || !(*sent)[0].Save.Insecure || (*sent)[0].Save.CA != "/ca.pem" {
		t.Errorf("%q, sent %+v", f.problems[fieldServer].Text, *sent)
	}
}

func TestEveryFieldHasAPlaceForItsProblem(t *testing.T) {
	f, _ := pairable(t, "")
	for i, p := range f.pages {
		for _, name := range p.fields {
			f.showPage(i)
			f.setProblem(name, "문제 "+name)
			f.sees(t, "문제 "+name)
		}
	}
}

// sees checks that a text is shown.
func (f *Form) sees(t *testing.T, want string) {
	t.Helper()
	var shown []string
	uitest.Texts(whole(f.window), fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { shown = append(shown, text.Text) })
	if !slices.Contains(shown, want) {
		t.Errorf("%q is not among %q", want, shown)
	}
}

func TestAfterAPairingTheShopIsAskedAbout(t *testing.T) {
	f, sent := pairable(t, "")
	f.code.SetText("ABCD-EFGH")
	test.Tap(f.saveButton)
	f.Answer(ipc.SettingsView{Shop: "강남점"})
	if f.shop.name.Text != "강남점" || !f.shop.root.Visible() || f.body.Visible() || f.window.Canvas().Focused() != nil {
		t.Fatalf("it asks about %q, visible: %v, the focus is on %T", f.shop.name.Text, f.shop.root.Visible(), f.window.Canvas().Focused())
	}
	f.wrongShop()
	if last := (*sent)[len(*sent)-1]; !last.WrongShop || !isOpen(f) {
		t.Errorf("no says %+v, open: %v", last, isOpen(f))
	}
	f.Answer(ipc.SettingsView{Notice: "되돌렸습니다"})
	if !f.body.Visible() || f.shop.root.Visible() || f.mart.Text != "42" || f.code.Text != "" || f.notice.Text != "되돌렸습니다" || f.saveButton.Disabled() {
		t.Errorf("afterwards %q, %q, %q, the form is visible: %v", f.mart.Text, f.code.Text, f.notice.Text, f.body.Visible())
	}
	*sent = nil
	f.Answer(ipc.SettingsView{Shop: "강남점"})
	f.close()
	if isOpen(f) || len(*sent) != 0 {
		t.Errorf("closing it says %+v, open: %v", *sent, isOpen(f))
	}
}

func TestAnotherWindowProcessAsksAboutTheShopFirst(t *testing.T) {
	uitest.App(t)
	f, _ := testForm(t, "ko")
	f.Open(ipc.SettingsView{Shop: "매장 42", Settings: settings.Settings{Mart: "42"}})
	if !f.shop.root.Visible() || f.body.Visible() {
		t.Error("it does not ask")
	}
	f.Answer(ipc.SettingsView{Settings: settings.Settings{Mart: "41"}})
	if !f.body.Visible() || f.mart.Text != "41" {
		t.Errorf("the form is visible: %v, with mart %q", f.body.Visible(), f.mart.Text)
	}
}
