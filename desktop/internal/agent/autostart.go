package agent

import (
	"errors"
	"io/fs"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/platform"
)

// autostartInterval is how often the start at login is looked at: programs that speed up a PC remove
// it, and the file of this program can be moved.
const autostartInterval = time.Hour

// An autostart is whether jumun starts at login.
type autostart struct {
	err     error     // why it does not; nil if it does, or that is not known yet
	checkAt time.Time // when it is looked at
}

// AutostartText returns what people read of an error of Config.SetAutostart or UpdateAutostart.
func AutostartText(t *i18n.Translator, err error) string {
	var cause any = err
	switch {
	case errors.Is(err, platform.ErrPassing):
		cause = t.Text("main.passing")
	case errors.Is(err, platform.ErrOff):
		cause = t.Text("main.autostart-off")
	case errors.Is(err, fs.ErrNotExist):
		cause = t.Text("agent.program-gone")
	}
	return t.Text("main.no-autostart", "Cause", cause)
}

// updateAutostart looks at the start at login, outside the loop: a home directory may be on a slow network.
func (a *Agent) updateAutostart(now time.Time) {
	if now.Before(a.autostart.checkAt) {
		return
	}
	a.autostart.checkAt = now.Add(autostartInterval)
	a.beside(autostartTimeout, a.UpdateAutostart, a.autostartChanged)
}

// setAutostart sets whether jumun starts at login, as a person has just chosen. The settings open once
// more if that is not possible: nobody would find out before the next login.
func (a *Agent) setAutostart(on bool) {
	a.beside(autostartTimeout, func() error { return a.SetAutostart(on) }, func(err error) {
		a.autostartChanged(err)
		if a.autostartNotice() != "" {
			a.openSettings()
			a.pin.unlocked = true // for the person who has just left them
		}
	})
}

func (a *Agent) autostartChanged(err error) {
	if err != nil && (a.autostart.err == nil || a.autostart.err.Error() != err.Error()) { // once: it is looked at again and again
		a.Log.Warn("jumun does not start at login", "chosen", a.settings.Login, "err", err)
	}
	a.autostart.err = err
}

// autostartNotice returns why jumun will not start at login though the settings say so, for people; "" if
// it will. The first settings that are saved set it.
func (a *Agent) autostartNotice() string {
	if a.autostart.err == nil || !a.settings.Login || a.settings.Mart == "" && errors.Is(a.autostart.err, platform.ErrOff) {
		return ""
	}
	return AutostartText(a.Translator, a.autostart.err)
}

// autostartText returns autostartNotice as a line for the tray.
func (a *Agent) autostartText() string {
	if a.autostartNotice() == "" {
		return ""
	}
	return a.Translator.Text("agent.no-autostart")
}
