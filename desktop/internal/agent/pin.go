package agent

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// After maxGuesses wrong PINs in a row, no PIN is checked for guessPause: to try all PINs of
// four digits takes 17 hours, of six digits more than two months.
const (
	maxGuesses = 5
	guessPause = 30 * time.Second
)

// A pinLock protects the settings, and the end of jumun, by the PIN.
type pinLock struct {
	unlocked bool // the PIN was given for the settings window that is open
	guesses  int  // wrong PINs in a row
	until    time.Time
}

// settingsLocked reports whether the settings must not be shown now.
func (a *Agent) settingsLocked() bool { return a.settings.PIN != "" && !a.pin.unlocked }

// checkPIN returns why a PIN is refused, for people; "" if it is right or there is none.
func (a *Agent) checkPIN(pin string, now time.Time) string {
	switch {
	case a.settings.PIN == "":
		return ""
	case now.Before(a.pin.until):
		return a.Translator.Text("agent.pin-wait")
	case settings.PINMatches(a.settings.PIN, pin):
		a.pin.guesses = 0
		return ""
	}
	a.pin.guesses++
	if a.pin.guesses >= maxGuesses {
		a.pin.guesses, a.pin.until = 0, now.Add(guessPause)
	}
	a.Log.Warn("a wrong PIN was given")
	return a.Translator.Text("agent.pin-wrong")
}

// unlockSettings shows the settings if the PIN is right.
func (a *Agent) unlockSettings(pin string) {
	if why := a.checkPIN(pin, time.Now()); why != "" {
		a.ui.pending.settings = &ipc.SettingsView{Locked: true, HasPIN: true, Notice: why}
		return
	}
	a.pin.unlocked = true
	a.ui.pending.settings = a.settingsView()
}

// quitOrAskPIN ends jumun, or asks for the PIN if there is one.
func (a *Agent) quitOrAskPIN() {
	if a.settings.PIN == "" {
		a.quit()
		return
	}
	a.ui.pending.askPIN = &ipc.AskPIN{}
}

// quitWithPIN ends jumun if the PIN is right.
func (a *Agent) quitWithPIN(pin string) {
	if why := a.checkPIN(pin, time.Now()); why != "" {
		a.ui.pending.askPIN = &ipc.AskPIN{Wrong: why}
		return
	}
	a.quit()
}

// withPIN returns s with the PIN that a person typed: nil keeps the PIN, "" removes it.
func (a *Agent) withPIN(s settings.Settings, pin *string) (settings.Settings, error) {
	s.PIN = a.settings.PIN
	if pin == nil {
		return s, nil
	}
	var err error
	if s.PIN = ""; *pin != "" {
		s.PIN, err = settings.HashPIN(*pin)
	}
	return s, err
}
