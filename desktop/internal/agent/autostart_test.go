package agent

import (
	"errors"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/settings"
)

// startsAtLogin waits until the agent tells of the start at login that there is none, or no longer.
func startsAtLogin(t *testing.T, a *Agent, want bool) {
	t.Helper()
	until(t, a, "told", func(ipc.Status) (ok bool) {
		a.onLoop(func() { ok = (a.autostartText() == "") == want })
		return ok
	})
}

func TestAStartAtLoginThatIsRefusedIsToldToWhoChoseIt(t *testing.T) {
	a := running(t, "plays", "hangs")
	a.onLoop(func() { a.SetAutostart = func(bool) error { return platform.ErrPassing } })
	s := settings.Default()
	s.Server, s.Mart, s.PIN = "http://127.0.0.1:1", "42", ""
	a.onLoop(func() { a.saveSettings(s, &ipc.SettingsView{}) })
	startsAtLogin(t, a, false)
	a.onLoop(func() {
		if v := a.settingsView(); !a.ui.settingsWanted || !strings.Contains(v.Notice, a.Translator.Text("main.passing")) {
			t.Errorf("the window is wanted: %v; %q", a.ui.settingsWanted, v.Notice)
		}
	})
	s.Login = false
	a.onLoop(func() { a.saveSettings(s, &ipc.SettingsView{}) })
	a.onLoop(func() {
		if a.autostartText() != "" || a.ui.settingsWanted {
			t.Errorf("the window is wanted: %v; %q", a.ui.settingsWanted, a.autostartText())
		}
	})
}

func TestAfterTheQuestionAboutTheShopTheRefusedStartAtLoginIsTold(t *testing.T) {
	server := openServer(t)
	a := running(t, "plays", "")
	a.onLoop(func() { a.SetAutostart = func(bool) error { return platform.ErrPassing } })
	if v := server.pairs(t, a, "강남점"); v.Shop != "강남점" {
		t.Fatalf("the window shows %+v", v)
	}
	startsAtLogin(t, a, false)
	a.onLoop(func() {
		a.ui.handle(a.ui.process, ipc.FromUI{SettingsClosed: true})
		if v := a.settingsView(); !a.ui.settingsWanted || v.Shop != "" || v.Notice == "" {
			t.Errorf("the window is wanted: %v; it shows %+v", a.ui.settingsWanted, v)
		}
		a.ui.handle(a.ui.process, ipc.FromUI{SettingsClosed: true})
		if a.ui.settingsWanted {
			t.Error("the settings open again and again")
		}
	})
}

func TestAStartAtLoginThatIsNotSetIsToldAndLookedAtAgain(t *testing.T) {
	a := running(t, "plays", "shows")
	var err error
	a.onLoop(func() {
		a.UpdateAutostart = func() error { return err }
		a.settings.Mart, a.settings.Login = "42", true
		err, a.autostart.checkAt = platform.ErrOff, time.Time{}
	})
	startsAtLogin(t, a, false)
	a.onLoop(func() {
		if a.trayIcon(ipc.Connected, time.Now()) != ipc.IconAttention {
			t.Error("the icon is that of a PC on which all is well")
		}
		err, a.autostart.checkAt = nil, time.Now()
	})
	startsAtLogin(t, a, true)
}

func TestWhatIsSaidOfTheStartAtLogin(t *testing.T) {
	english, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	set, off := settings.Settings{Mart: "42", Login: true}, settings.Settings{Mart: "42"}
	tests := []struct {
		name     string
		settings settings.Settings
		err      error
		want     string // the ID of a text, or a text
	}{
		{"it is set", set, nil, ""},
		{"nobody wants it", off, platform.ErrOff, ""},
		{"nothing was set up yet", settings.Default(), platform.ErrOff, ""},
		{"nothing was set up yet, from the downloads", settings.Default(), platform.ErrPassing, "main.passing"},
		{"from the downloads", set, platform.ErrPassing, "main.passing"},
		{"turned off elsewhere", set, platform.ErrOff, "main.autostart-off"},
		{"the program is gone", set, &fs.PathError{Op: "stat", Path: "/jumun", Err: fs.ErrNotExist}, "agent.program-gone"},
		{"a full disk", set, errors.New("no space left"), "no space left"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &Agent{Config: Config{Translator: english, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, settings: tt.settings}
			a.autostartChanged(tt.err)
			want := english.Text(tt.want)
			if got := a.autostartNotice(); (got == "") != (tt.want == "") || !strings.HasSuffix(got, want) {
				t.Errorf("%q, want …%q", got, want)
			}
			if line := a.soonText(time.Now()); (line == "") != (tt.want == "") {
				t.Errorf("the tray says %q", line)
			}
		})
	}
}
