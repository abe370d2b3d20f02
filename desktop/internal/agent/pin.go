package agent

import (
	"errors"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// A pinLock protects the settings, and the end of jumun, by the PIN.
type pinLock struct {
	unlocked bool // the PIN was given for the settings window that is open
	guard    settings.PINGuard

	quitAsked time.Time // when a person chose last to end jumun
}

// quitTime is for how long a second click means the same end as the first one, where no window can ask.
const quitTime = time.Minute

// settingsLocked reports whether the settings must not be shown now.
func (a *Agent) settingsLocked() bool { return a.settings.PIN != "" && !a.pin.unlocked }

// checkPIN returns why a PIN is refused, for people; "" if it is right or there is none.
func (a *Agent) checkPIN(pin string, now time.Time) string {
	a.pin.guard.Path = a.SettingsPath
	err := a.pin.guard.Check(a.settings.PIN, pin, now)
	if err == nil {
		return ""
	}
	a.Log.Warn("a PIN was not taken", "err", err)
	return PINError{a.Translator, err}.Error()
}

// A PINError is an error of settings.PINGuard in the words of people.
type PINError struct {
	Translator *i18n.Translator
	Err        error
}

func (e PINError) Error() string {
	var wait *settings.PINWaitError
	if errors.As(e.Err, &wait) {
		return e.Translator.Text("agent.pairing-wait", "Wait", e.Translator.Wait(wait.Wait))
	}
	return e.Translator.Text("agent.pin-wrong")
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

// askToQuit asks for the PIN that ends jumun, or whether to end it if there is none: a slip of the hand must
// not end the alarm. Where no window can ask, a notification does, and it ends at a second click soon after.
func (a *Agent) askToQuit() {
	none, now := a.settings.PIN == "", time.Now()
	if none && a.ui.status.State == ipc.ChildFailed && now.Before(a.pin.quitAsked.Add(quitTime)) {
		a.quit()
		return
	}
	a.pin.quitAsked = now
	a.ui.pending.askPIN = &ipc.AskPIN{None: none}
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
