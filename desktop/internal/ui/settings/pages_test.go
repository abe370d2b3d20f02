package settings

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
)

// shownPage is the page of a form that is shown.
func shownPage(t *testing.T, f *Form) (shown int) {
	t.Helper()
	shown = -1
	for i, p := range f.pages {
		if p.content.Visible() {
			if shown >= 0 {
				t.Error("two pages are shown")
			}
			shown = i
		}
	}
	return shown
}

// usualForm is a form with usual settings, whose check finds in each field but these
// nothing wrong.
func usualForm(t *testing.T, v ipc.SettingsView, wrong ...string) (*Form, *[]ipc.FromUI) {
	uitest.App(t)
	f, sent := testForm(t, "ko")
	f.cfg.Check = func(settings.Settings) map[string]string {
		found := map[string]string{}
		for _, name := range wrong {
			found[name] = "문제"
		}
		return found
	}
	f.Open(v)
	return f, sent
}

func TestWhatIsStoredIsSavedAgainAsItIs(t *testing.T) {
	byHand := uitest.Settings()
	byHand.Sound, byHand.Tune, byHand.Scale, byHand.Language, byHand.Login = "/벨.wav", "song", 1.33, "en", false
	byHand.Hours, byHand.Aging, byHand.Insecure, byHand.CA = settings.Hours{Outside: settings.OutsideSilent}, settings.Aging{}, true, "/ca.pem"
	byHand.Popup = settings.Popup{Corner: settings.TopRight, Monitor: "HDMI-7"}
	for name, s := range map[string]settings.Settings{"usual": uitest.Settings(), "by hand": byHand} {
		t.Run(name, func(t *testing.T) {
			f, sent := usualForm(t, ipc.SettingsView{Settings: s})
			test.Tap(f.saveButton)
			if len(*sent) != 1 || *(*sent)[0].Save != (ipc.Save{Settings: s}) {
				t.Errorf("saved %+v", (*sent)[0].Save)
			}
		})
	}
}

func TestEveryInputIsSaved(t *testing.T) {
	f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings()})
	want := uitest.Settings()
	for entry, text := range map[fyne.Focusable]string{f.repeat: "7", f.remind: " 8 ", f.late: "9", f.veryLate: "10", f.patience: "11", f.opens: "7:30", f.closes: "2330"} {
		for range 5 {
			entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
		}
		test.Type(entry, text)
	}
	want.Repeat, want.Remind, want.Aging, want.Patience = 7, 8, settings.Aging{Late: 9, VeryLate: 10}, 11
	want.Hours = settings.Hours{Open: "7:30", Close: "2330", Outside: settings.OutsideSilent}
	f.tune.input.SetSelectedIndex(2)
	f.outside.input.SetSelectedIndex(2)
	f.language.input.SetSelectedIndex(1)
	f.scale.input.SetSelected("150%")
	want.Tune, want.Language, want.Scale, want.Login, want.Awake = settings.TuneVoice3, "ko", 1.5, false, false
	f.corner.input.SetSelectedIndex(1)
	want.Popup, want.Flash = settings.Popup{Corner: settings.BottomLeft}, true
	test.Tap(f.flash)
	test.Tap(f.login)
	test.Tap(f.awake)
	test.Tap(f.saveButton)
	if len(*sent) != 1 || *(*sent)[0].Save != (ipc.Save{Settings: want}) {
		t.Errorf("saved %+v", (*sent)[0].Save)
	}
}

func TestANumberThatIsNoneIsOneThatNoSettingMayBe(t *testing.T) {
	for typed, want := range map[string]int{"": -1, "x": -1, "1.5": -1, "99999999999999999999": -1, " 7 ": 7, "0": 0, "-3": -3} {
		if got := number(typed); got != want {
			t.Errorf("%q is %d, not %d", typed, got, want)
		}
	}
}

func TestEveryInputIsCheckedAsItIsTyped(t *testing.T) {
	tests := []struct {
		field string
		touch func(*Form)
	}{
		{fieldTune, func(f *Form) { f.tune.input.SetSelectedIndex(1) }},
		{fieldSound, func(f *Form) { test.Type(f.sound, "x") }},
		{fieldRepeat, func(f *Form) { test.Type(f.repeat, "x") }},
		{fieldRemind, func(f *Form) { test.Type(f.remind, "x") }},
		{fieldAging, func(f *Form) { test.Type(f.late, "x") }},
		{fieldAging, func(f *Form) { test.Type(f.veryLate, "x") }},
		{fieldHours, func(f *Form) { test.Type(f.opens, "x") }},
		{fieldHours, func(f *Form) { test.Type(f.closes, "x") }},
		{fieldHours, func(f *Form) { f.outside.input.SetSelectedIndex(0) }},
		{fieldPatience, func(f *Form) { test.Type(f.patience, "x") }},
		{fieldLanguage, func(f *Form) { f.language.input.SetSelectedIndex(2) }},
		{fieldScale, func(f *Form) { f.scale.input.SetSelectedIndex(0) }},
		{fieldPopup, func(f *Form) { f.corner.input.SetSelectedIndex(1) }},
		{fieldPopup, func(f *Form) { f.monitor.input.SetSelectedIndex(0) }},
		{fieldFlash, func(f *Form) { test.Tap(f.flash) }},
		{fieldLogin, func(f *Form) { test.Tap(f.login) }},
		{fieldAwake, func(f *Form) { test.Tap(f.awake) }},
		{fieldVolume, func(f *Form) { f.volume.SetValue(5) }},
	}
	for _, tt := range tests {
		t.Run(tt.field, func(t *testing.T) {
			f, _ := usualForm(t, ipc.SettingsView{Settings: uitest.Settings()}, tt.field)
			if f.problems[tt.field].Text != "" {
				t.Error("it is blamed before it was touched")
			}
			tt.touch(f)
			if f.problems[tt.field].Text == "" {
				t.Error("it is not checked")
			}
		})
	}
}

func TestSavingTurnsToThePageWithTheProblem(t *testing.T) {
	tests := []struct {
		name        string
		from, want  int
		wrong, code string
	}{
		{"nothing is wrong", 2, 2, "", ""},
		{"on the page that is shown", 2, 2, fieldPatience, ""},
		{"on another page", 2, 1, fieldRepeat, ""},
		{"the code", 3, 0, "", "ABCD"},
		{"from the page about jumun", 4, 3, fieldLogin, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings()}, strings.Fields(tt.wrong)...)
			f.code.SetText(tt.code)
			test.Tap(f.pages[tt.from].button)
			test.Tap(f.saveButton)
			if got := shownPage(t, f); got != tt.want {
				t.Errorf("page %d, not %d", got, tt.want)
			}
			if good := tt.wrong+tt.code == ""; good != (len(*sent) == 1) || good == f.pages[tt.want].sign.Visible() {
				t.Errorf("sent %+v; marked: %v", *sent, f.pages[tt.want].sign.Visible())
			}
		})
	}
}

func TestAnAnswerTurnsToThePageWithTheProblem(t *testing.T) {
	f, _ := usualForm(t, ipc.SettingsView{Settings: uitest.Settings()})
	f.showPage(3)
	f.Answer(ipc.SettingsView{Problems: map[string]string{"sound": "없는 파일"}})
	if got := shownPage(t, f); got != 1 {
		t.Errorf("page %d is shown", got)
	}
}

func TestThePageAboutJumunIsShownFirstIfAskedFor(t *testing.T) {
	f, _ := usualForm(t, ipc.SettingsView{Settings: uitest.Settings(), About: true})
	if got := shownPage(t, f); got != len(f.pages)-1 {
		t.Errorf("page %d is shown", got)
	}
	f.sees(t, "버전 1.2.3")
	f.showPage(0)
	f.Answer(ipc.SettingsView{Settings: uitest.Settings(), About: true})
	if got := shownPage(t, f); got != len(f.pages)-1 {
		t.Errorf("asked again, page %d is shown", got)
	}
}

func TestNothingJumpsFromPageToPage(t *testing.T) {
	f, _ := usualForm(t, ipc.SettingsView{Settings: uitest.Settings(), HasPIN: true})
	whole(f.window)
	was, place := f.window.Canvas().Size(), f.footer.Position()
	for i, p := range f.pages {
		f.showPage(i)
		if whole(f.window); p.content.MinSize().Height > f.scroll.Size().Height {
			t.Errorf("page %d scrolls on a large screen: it is %v high in %v", i, p.content.MinSize().Height, f.scroll.Size().Height)
		}
	}
	f.showPage(1)
	f.Report(ipc.TestReport{Steps: []ipc.TestStep{{Name: ipc.StepSound, State: ipc.StepBad, Detail: strings.Repeat("스피커를 확인하세요 ", 20)}}})
	for name := range f.problems {
		f.setProblem(name, "문제")
	}
	if whole(f.window); f.window.Canvas().Size() != was || f.footer.Position() != place {
		t.Errorf("the window is %v, not %v, and its buttons at %v, not %v", f.window.Canvas().Size(), was, f.footer.Position(), place)
	}
}

func TestTabReachesEveryInputOfAPage(t *testing.T) {
	f, _ := usualForm(t, ipc.SettingsView{Settings: uitest.Settings(), HasPIN: true})
	f.advanced.Open(0)
	for i, want := range [][]fyne.Focusable{
		0: {f.server, f.mart, f.code, f.device, f.insecure, f.ca, f.saveButton},
		1: {f.tune.input, f.digits, f.volume, f.raise, f.sound, f.repeat, f.remind, f.late, f.veryLate, f.saveButton},
		2: {f.opens, f.closes, f.outside.input, f.patience, f.awake, f.saveButton},
		3: {f.language.input, f.scale.input, f.corner.input, f.monitor.input, f.login, f.flash, f.pin.entry, f.pin.remove, f.saveButton},
		4: {f.saveButton},
	} {
		f.showPage(i)
		f.window.Canvas().Unfocus()
		for _, input := range want {
			for tries := 0; f.window.Canvas().Focused() != input; tries++ {
				if tries == 3 { // at most two buttons are between
					t.Fatalf("page %d: the focus does not come to %T", i, input)
				}
				f.window.Canvas().FocusNext()
			}
		}
	}
}

func TestAPreviewReadsDigitsIfThatIsChosen(t *testing.T) {
	f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings()})
	for _, check := range []*widget.Check{f.digits, f.raise} {
		test.TapAt(check, fyne.NewPos(10, check.Size().Height/2))
	}
	f.preview()
	f.save()
	if len(*sent) != 2 || (*sent)[0].Preview.Digits != "1024" || !(*sent)[1].Save.Digits || !(*sent)[1].Save.Raise {
		t.Errorf("sent %+v", *sent)
	}
}

func TestAPreviewSoundsAsIsChosen(t *testing.T) {
	tests := []struct {
		tune, file string
		want       ipc.Play
	}{
		{settings.TuneVoice, "", ipc.Play{Sound: ipc.SoundOrder, Volume: 0.8}},
		{settings.TuneVoice2, "", ipc.Play{Sound: ipc.SoundOrder2, Volume: 0.8}},
		{settings.TuneVoice3, "", ipc.Play{Sound: ipc.SoundOrder3, Volume: 0.8}},
		{settings.TuneChime, " ", ipc.Play{Sound: ipc.SoundChime, Volume: 0.8}},
		{settings.TuneBell, "", ipc.Play{Sound: ipc.SoundBell, Volume: 0.8}},
		{settings.TuneBell, "/벨.wav", ipc.Play{Sound: ipc.SoundBell, File: "/벨.wav", Volume: 0.8}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.tune, tt.file), func(t *testing.T) {
			f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings()})
			f.tune.set(tt.tune)
			f.sound.SetText(tt.file)
			f.preview()
			if len(*sent) != 1 || *(*sent)[0].Preview != tt.want {
				t.Errorf("sent %+v", *sent)
			}
			if f.tune.input.Disabled() != (tt.want.File != "") {
				t.Error("the built-in sounds look as if they counted, or as if they did not")
			}
		})
	}
}

func TestTheHoursOfAWeekAreShownAndSavedAsPeopleWriteThem(t *testing.T) {
	hours := settings.Hours{Open: "09:00", Close: "22:00", Break: "15:00-17:00", Week: settings.Week{1: settings.DayOff, 2: settings.AllDay}, Holidays: "12-25", Outside: settings.OutsidePopup}
	f, sent := usualForm(t, ipc.SettingsView{Settings: settings.Settings{Server: "https://jumun.example.com", Mart: "42", Hours: hours}})
	if !f.days.Items[0].Open || f.week[1].Text != "휴무" || f.week[2].Text != "24시간" || f.week[0].Text != "" {
		t.Errorf("open: %v; Monday %q, Tuesday %q", f.days.Items[0].Open, f.week[1].Text, f.week[2].Text)
	}
	if !strings.Contains(f.outsideHint.Text, "소리 없이") {
		t.Errorf("the choice is explained by %q", f.outsideHint.Text)
	}
	f.week[3].SetText("11시~15시")
	f.outside.input.SetSelectedIndex(2)
	if !strings.Contains(f.outsideHint.Text, "종 아이콘") {
		t.Errorf("the choice is explained by %q", f.outsideHint.Text)
	}
	test.Tap(f.saveButton)
	got := settings.Clean((*sent)[len(*sent)-1].Save.Settings).Hours
	hours.Week[3], hours.Outside = "11:00-15:00", settings.OutsideSilent
	if got != hours {
		t.Errorf("saved %+v, not %+v", got, hours)
	}
}
