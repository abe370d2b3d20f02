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
type lock struct {
	open    bool // the PIN was given for the settings window that is open
	guesses int  // wrong ones in a row
	until   time.Time
}

// locked says whether the settings may not be seen now.
func (a *Agent) locked() bool { return a.settings.PIN != "" && !a.lock.open }

// guess says why a PIN is not taken, in words; "" if it is.
func (a *Agent) guess(pin string, now time.Time) string {
	switch {
	case a.settings.PIN == "":
		return ""
	case now.Before(a.lock.until):
		return a.Translator.Text("agent.pin-wait")
	case settings.PINMatches(a.settings.PIN, pin):
		a.lock.guesses = 0
		return ""
	}
	a.lock.guesses++
	if a.lock.guesses >= maxGuesses {
		a.lock.guesses, a.lock.until = 0, now.Add(guessPause)
	}
	a.Log.Warn("a wrong PIN was given")
	return a.Translator.Text("agent.pin-wrong")
}

// unlock shows the settings to who knows the PIN.
func (a *Agent) unlock(pin string) {
	if why := a.guess(pin, time.Now()); why != "" {
		a.screen.next.settings = &ipc.SettingsView{Locked: true, HasPIN: true, Notice: why}
		return
	}
	a.lock.open = true
	a.screen.next.settings = a.settingsView()
}

// askQuit ends jumun, once the PIN is given if there is one.
func (a *Agent) askQuit() {
	if a.settings.PIN == "" {
		a.quit()
		return
	}
	a.screen.next.quit = &ipc.AskPIN{}
}

// quitBy ends jumun for who knows the PIN.
func (a *Agent) quitBy(pin string) {
	if why := a.guess(pin, time.Now()); why != "" {
		a.screen.next.quit = &ipc.AskPIN{Wrong: why}
		return
	}
	a.quit()
}

// newPIN is s with the PIN that a person wants from now on, or with that of before.
func (a *Agent) newPIN(s settings.Settings, pin *string) (settings.Settings, error) {
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
