package agent

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// guarded returns an agent whose settings have a PIN. Its loop does not run.
func guarded(t *testing.T, pin string) *Agent {
	t.Helper()
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	a := &Agent{Config: Config{SettingsPath: filepath.Join(t.TempDir(), "settings.json"), Translator: w, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}}
	if pin != "" {
		if a.settings.PIN, err = settings.HashPIN(pin); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestTheSettingsAreShownAfterTheRightPIN(t *testing.T) {
	a := guarded(t, "2580")
	a.settings.Server = "https://jumun.example.com"
	if v := a.settingsView(); !v.Locked || v.Settings != (settings.Settings{}) {
		t.Errorf("shown without the PIN: %+v", v)
	}
	a.unlockSettings("1234")
	if v := a.ui.pending.settings; !v.Locked || v.Notice == "" {
		t.Errorf("after a wrong one: %+v", v)
	}
	a.unlockSettings("2580")
	v := a.ui.pending.settings
	if v.Locked || v.Settings.Server == "" || !v.HasPIN {
		t.Errorf("after the right one: %+v", v)
	}
	if v.Settings.PIN != "" {
		t.Error("the window has the hash")
	}
}

func TestAfterTooManyWrongPINsNoneIsCheckedForAWhileAlsoByAnotherAgent(t *testing.T) {
	a, now := guarded(t, "2580"), time.Now()
	for range 4 {
		if why := a.checkPIN("0000", now); why != a.Translator.Text("agent.pin-wrong") {
			t.Fatalf("a wrong PIN: %q", why)
		}
	}
	another := guarded(t, "2580") // as after a restart
	another.SettingsPath = a.SettingsPath
	for _, agent := range []*Agent{a, another} {
		if why := agent.checkPIN("2580", now.Add(time.Second)); !strings.Contains(why, "9 s") {
			t.Errorf("the next one is looked at too soon, or people do not read when to try: %q", why)
		}
	}
	if why := another.checkPIN("2580", now.Add(time.Minute)); why != "" {
		t.Error(why)
	}
}

func TestACommandIsToldWhetherAPINIsRight(t *testing.T) {
	a := guarded(t, "2580")
	for pin, right := range map[string]bool{"2580": true, "1111": false, "": false} {
		if r := a.runCommand(ipc.Command{Do: ipc.DoCheckPIN, PIN: pin}); (r.Error == "") != right {
			t.Errorf("%q: %q", pin, r.Error)
		}
	}
	a.settings.PIN = ""
	if r := a.runCommand(ipc.Command{Do: ipc.DoCheckPIN}); r.Error != "" {
		t.Errorf("without a PIN: %q", r.Error)
	}
}

func TestLockedSettingsCannotBeSaved(t *testing.T) {
	a := guarded(t, "2580")
	a.handleSave(ipc.Save{Settings: settings.Settings{Server: "https://evil.example.com", Mart: "42"}})
	if a.ui.pending.settings != nil || a.settings.Server != "" {
		t.Errorf("%+v", a.settings)
	}
}

func TestAPINIsKeptSetAndRemoved(t *testing.T) {
	a, typed, none, bad := guarded(t, "2580"), "123456", "", "12"
	if s, err := a.withPIN(settings.Settings{}, nil); err != nil || s.PIN != a.settings.PIN {
		t.Errorf("not touched: %q, %v", s.PIN, err)
	}
	if s, err := a.withPIN(settings.Settings{}, &typed); err != nil || !settings.PINMatches(s.PIN, typed) {
		t.Errorf("set: %q, %v", s.PIN, err)
	}
	if s, err := a.withPIN(settings.Settings{}, &none); err != nil || s.PIN != "" {
		t.Errorf("taken away: %q, %v", s.PIN, err)
	}
	if _, err := a.withPIN(settings.Settings{}, &bad); err == nil {
		t.Error("two digits were taken")
	}
}

func TestJumunEndsOnlyWithTheRightPIN(t *testing.T) {
	ended := 0
	a := guarded(t, "2580")
	a.quit = func() { ended++ }
	a.askToQuit()
	if ended != 0 || a.ui.pending.askPIN == nil {
		t.Fatal("it ends without asking")
	}
	a.quitWithPIN("1111")
	if ended != 0 || a.ui.pending.askPIN.Wrong == "" {
		t.Error("a wrong PIN ends it, or is not told")
	}
	var r ipc.Reply
	heard := func(said ipc.Reply) { r = said }
	if a.handleCommand(ipc.Command{Do: ipc.DoQuit}, heard); ended != 0 || r.Error == "" {
		t.Error("the command ends it without the PIN")
	}
	a.quitWithPIN("2580")
	if a.handleCommand(ipc.Command{Do: ipc.DoQuit, PIN: "2580"}, heard); ended != 2 || r.Error != "" {
		t.Errorf("ended %d times, %q", ended, r.Error)
	}
	if a.handleCommand(ipc.Command{Do: ipc.DoQuit}, heard); ended != 2 || r.Error == "" {
		t.Errorf("ended %d times, %q", ended, r.Error)
	}
}

func TestWithoutAPINJumunEndsOnlyAfterAQuestion(t *testing.T) {
	ended := 0
	a := guarded(t, "")
	a.quit = func() { ended++ }
	a.askToQuit()
	if q := a.ui.pending.askPIN; ended != 0 || q == nil || !q.None {
		t.Fatalf("it asks %+v; ended %d times", q, ended)
	}
	a.askToQuit() // the window is about to come
	if ended != 0 {
		t.Error("a double click ends it")
	}
	a.quitWithPIN("")
	if ended != 1 {
		t.Error("the answer does not end it")
	}
	var r ipc.Reply
	if a.handleCommand(ipc.Command{Do: ipc.DoQuit}, func(said ipc.Reply) { r = said }); ended != 2 || r.Error != "" {
		t.Errorf("by the command: ended %d times, %q", ended, r.Error)
	}
}

func TestWhereNoWindowCanAskTheSecondClickEndsJumunIfItComesSoon(t *testing.T) {
	ended := 0
	a := guarded(t, "")
	a.quit = func() { ended++ }
	a.ui.status.State = ipc.ChildFailed
	a.askToQuit()
	if shown := a.withoutWindow(ipc.Popup{}).Banner; ended != 0 || shown.Text != a.Translator.Text("window.quit.sure") || shown.Do == "" {
		t.Errorf("ended %d times; the notification says %+v", ended, shown)
	}
	a.pin.quitAsked = time.Now().Add(-quitTime)
	if a.askToQuit(); ended != 0 {
		t.Error("a click much later ends it")
	}
	if a.askToQuit(); ended != 1 {
		t.Error("the second click does not end it")
	}
}
