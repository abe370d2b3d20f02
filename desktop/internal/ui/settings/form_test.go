package settings

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
)

func testForm(t *testing.T, language string) (f *Form, sent *[]ipc.FromUI) {
	sent = &[]ipc.FromUI{}
	f = New(fyne.CurrentApp().NewWindow(""), Config{Translator: uitest.Translator(t, language), Check: uitest.Check(uitest.Translator(t, language)), Version: "1.2.3"},
		func(l ipc.FromUI) { *sent = append(*sent, l) })
	return f, sent
}

func TestEveryTextOfTheSettingsIsWhole(t *testing.T) {
	problem := strings.Repeat("소리 파일을 읽을 수 없습니다 ", 4)
	uitest.EveryLook(t, func(t *testing.T, language string) {
		f, _ := testForm(t, language)
		f.Open(ipc.SettingsView{Notice: strings.Repeat("설정 파일이 깨져 있어 ", 8),
			Settings: settings.Settings{Server: "https://jumun.example.com", Mart: "42", Volume: 1}, Paired: strings.Repeat("강남점", 30),
			Problems: map[string]string{"server": problem, "mart": problem, "device": problem, "volume": problem,
				"sound": problem, "insecure": problem, "ca": problem,
				"tune": problem, "repeat": problem, "aging": problem, "hours": problem, "patience": problem, "pin": problem, "login": problem, "awake": problem}})
		for i, least := range []int{22, 24, 16, 16, 8} {
			f.showPage(i)
			if n := uitest.NoTextSpills(t, whole(f.window), f.window.Canvas().Size()); n < least {
				t.Errorf("only %d texts were found on page %d", n, i)
			}
		}
	})
}

func TestWhatIsTypedIsCheckedAtOnceAndNotBlamedBefore(t *testing.T) {
	uitest.App(t)
	f, sent := testForm(t, "ko")
	f.Open(ipc.SettingsView{Settings: settings.Default()})
	if f.problems[fieldServer].Text+f.problems[fieldMart].Text != "" {
		t.Error("an empty form starts with blame")
	}
	test.Type(f.server, "ftp://nonsense")
	if f.problems[fieldServer].Text != uitest.Translator(t, "ko").Text("settings.server-not-url") || f.problems[fieldMart].Text != "" {
		t.Errorf("problems: %q, %q", f.problems[fieldServer].Text, f.problems[fieldMart].Text)
	}
	f.save()
	if len(*sent) != 0 || f.problems[fieldMart].Text == "" {
		t.Errorf("what is wrong was sent: %+v", *sent)
	}
	f.server.SetText("http://localhost:8080")
	f.mart.SetText("42")
	f.server.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	want := settings.Default()
	want.Server, want.Mart = "http://localhost:8080", "42"
	if len(*sent) != 1 || *(*sent)[0].Save != (ipc.Save{Settings: want}) {
		t.Errorf("saved %+v", *sent)
	}
}

func TestAnAnswerKeepsWhatIsTyped(t *testing.T) {
	uitest.App(t)
	f, _ := testForm(t, "ko")
	f.Open(ipc.SettingsView{Settings: settings.Settings{Server: "http://old", Mart: "42"}})
	f.server.SetText("http://half-typ")
	f.Answer(ipc.SettingsView{Settings: settings.Settings{Server: "http://old"}, Problems: map[string]string{"sound": "없는 파일"}})
	if f.server.Text != "http://half-typ" || f.problems[fieldSound].Text != "없는 파일" {
		t.Errorf("%q, %q", f.server.Text, f.problems[fieldSound].Text)
	}
	f.Answer(ipc.SettingsView{Saved: true})
	if slices.Contains(fyne.CurrentApp().Driver().AllWindows(), f.window) {
		t.Error("the window stays open after it was saved")
	}
}

func TestTheSliderShowsItsPercentage(t *testing.T) {
	uitest.App(t)
	f, _ := testForm(t, "ko")
	f.Open(ipc.SettingsView{Settings: settings.Settings{Volume: 0.29}}) // 28.999… % in binary
	if f.percent.Text != "29%" && f.percent.Text != "30%" {
		t.Errorf("%q", f.percent.Text)
	}
	f.volume.SetValue(70)
	if f.percent.Text != "70%" || f.settings().Volume != 0.7 {
		t.Errorf("%q, %v", f.percent.Text, f.settings().Volume)
	}
}
