package agent

import (
	"log/slog"
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
	a := &Agent{Config: Config{Translator: w, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}}
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

func TestAfterTooManyWrongPINsNoneIsCheckedForAWhile(t *testing.T) {
	a, now := guarded(t, "2580"), time.Now()
	for range maxGuesses {
		if a.checkPIN("0000", now) == "" {
			t.Fatal("a wrong PIN was taken")
		}
	}
	if a.checkPIN("2580", now.Add(guessPause-time.Second)) == "" {
		t.Error("the next one is looked at too soon")
	}
	if why := a.checkPIN("2580", now.Add(guessPause)); why != "" {
		t.Error(why)
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
	a.quitOrAskPIN()
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
	a.settings.PIN = ""
	a.quitOrAskPIN()
	if ended != 3 {
		t.Error("without a PIN it does not end at once")
	}
}
