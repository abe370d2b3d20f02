package agent

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

const (
	// maxGuesses of the PIN in a row are answered; then nobody can guess for guessPause.
	// Four digits would take more than a month.
	maxGuesses = 5
	guessPause = 30 * time.Second
)

// A lock keeps the settings, and the end of jumun, for those who know the PIN.
type pinLock struct {
	unlocked bool // the PIN was given for the settings window that is open
	guesses  int  // wrong ones in a row
	until    time.Time
}

// locked says whether the settings may not be seen now.
func (a *Agent) settingsLocked() bool { return a.settings.PIN != "" && !a.pin.unlocked }

// guess says why a PIN is not taken, in words; "" if it is.
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

// unlock shows the settings to who knows the PIN.
func (a *Agent) unlockSettings(pin string) {
	if why := a.checkPIN(pin, time.Now()); why != "" {
		a.ui.pending.settings = &ipc.SettingsView{Locked: true, HasPIN: true, Notice: why}
		return
	}
	a.pin.unlocked = true
	a.ui.pending.settings = a.settingsView()
}

// askQuit ends jumun, once the PIN is given if there is one.
func (a *Agent) quitOrAskPIN() {
	if a.settings.PIN == "" {
		a.quit()
		return
	}
	a.ui.pending.quit = &ipc.AskPIN{}
}

// quitBy ends jumun for who knows the PIN.
func (a *Agent) quitWithPIN(pin string) {
	if why := a.checkPIN(pin, time.Now()); why != "" {
		a.ui.pending.quit = &ipc.AskPIN{Wrong: why}
		return
	}
	a.quit()
}

// newPIN is s with the PIN that a person wants from now on, or with that of before.
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
