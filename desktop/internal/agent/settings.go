package agent

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// load reads the settings. What it returns beside an error can be used.
func (a *Agent) loadSettings() (settings.Settings, error) {
	s, err := settings.Load(a.SettingsPath)
	var corrupt *settings.CorruptError
	switch {
	case errors.As(err, &corrupt):
		a.settingsNotice = a.Translator.Text("agent.settings-corrupt", "File", corrupt.Kept)
	case err != nil:
		a.settingsNotice = a.Translator.Text("agent.settings-unreadable", "Cause", err)
	}
	return s, err
}

// reload uses what another process has changed: the settings, the token or both. If it
// cannot be read, all goes on as before.
func (a *Agent) reloadSettings() ipc.Reply {
	s, err := a.loadSettings()
	if err != nil {
		a.Log.Error("settings were not read again", "err", err)
		return ipc.Reply{Error: a.settingsNotice}
	}
	a.setSettings(s)
	a.reconnect()
	return ipc.Reply{}
}

func (a *Agent) openSettings() {
	a.ui.settingsWanted, a.ui.settingsSent, a.openAtAbout = true, false, false
}

func (a *Agent) openAbout() {
	a.openSettings()
	a.openAtAbout = true
}

// settingsView is what the settings window opens with.
func (a *Agent) settingsView() *ipc.SettingsView {
	if a.settingsLocked() {
		return &ipc.SettingsView{Locked: true, HasPIN: true}
	}
	s := a.settings
	s.PIN = ""
	return &ipc.SettingsView{Settings: s, HasPIN: a.settings.PIN != "", About: a.openAtAbout, Paired: a.paired(), Notice: cmp.Or(a.settingsNotice, a.refusedText())}
}

// refusal says why the server, or this PC, does not let us in, and what to do.
func (a *Agent) refusedText() string {
	if a.refusedReason == "" {
		return ""
	}
	return a.Translator.Text("refused." + a.refusedReason)
}

// paired is the mart for which this PC has a token that is good as far as is known.
func (a *Agent) paired() string {
	if !a.hasToken || a.refusedReason != "" {
		return ""
	}
	return string(a.settings.Mart)
}

// save stores what a person typed, uses it at once, and answers. With a code this PC is
// paired first, and the answer comes later.
func (a *Agent) handleSave(l ipc.Save) {
	if a.settingsLocked() || a.cancelPairing != nil { // an impatient person's: the answer that comes is for this one too
		return
	}
	s := settings.Clean(l.Settings)
	view := &ipc.SettingsView{Settings: s, Paired: a.paired(), Problems: a.problems(s)}
	s, err := a.withPIN(s, l.PIN)
	if err != nil {
		view.Problems["pin"] = a.Translator.Text("settings.pin-malformed")
	}
	switch {
	case len(view.Problems) > 0:
	case strings.TrimSpace(l.Code) != "":
		a.pair(s, l.Code)
		return
	default:
		a.saveSettings(s, view)
	}
	a.ui.pending.settings = view
}

func (a *Agent) saveSettings(s settings.Settings, view *ipc.SettingsView) {
	if err := settings.Save(a.SettingsPath, s); err != nil {
		a.Log.Error("settings were not saved", "err", err)
		view.Notice = a.Translator.Text("agent.settings-not-saved", "Cause", err)
		return
	}
	a.closeSettings(view)
	a.applySettings(s)
	a.setLogin(s.Login)
}

// closeSettings ends the settings window: what was chosen is stored.
func (a *Agent) closeSettings(view *ipc.SettingsView) {
	a.settingsNotice, a.ui.settingsWanted, a.pin.unlocked, view.Saved = "", false, false, true
}

// pair pairs this PC, stores s, and uses it. Until the server has answered all goes on as
// before, and the loop with it.
func (a *Agent) pair(s settings.Settings, code string) {
	ctx, cancel := context.WithCancel(context.Background())
	a.cancelPairing = cancel
	p := Pairing{SettingsPath: a.SettingsPath, Tokens: a.Tokens, Translator: a.Translator, Log: a.Log}
	old := a.settings
	a.wait.Go(func() {
		defer cancel()
		err := p.Pair(ctx, old, s, code)
		a.post(func() { a.pairingEnded(s, err) })
	})
}

func (a *Agent) pairingEnded(s settings.Settings, err error) {
	a.cancelPairing = nil
	view := &ipc.SettingsView{Settings: s}
	var wrong *PairingError
	switch {
	case err == nil:
		a.closeSettings(view)
		a.setSettings(s)
		a.setLogin(s.Login)
		a.reconnect() // even to where we were: the token is another
	case !a.ui.settingsWanted: // it was closed: it tells when it opens next
		a.Log.Warn("this PC was not paired", "mart", s.Mart, "err", err)
		a.settingsNotice = err.Error()
		return
	case errors.As(err, &wrong) && wrong.Field != "":
		view.Problems = map[string]string{wrong.Field: wrong.Text}
	default:
		view.Notice = err.Error()
	}
	view.Settings.PIN = ""
	a.ui.pending.settings = view
}

// problems says, by the JSON name of a setting, why it cannot be saved.
func (a *Agent) problems(s settings.Settings) map[string]string {
	found := map[string]string{}
	for name, id := range settings.Check(s) {
		found[name] = a.Translator.Text(id)
	}
	if s.Sound != "" && found["sound"] == "" {
		if err := a.CheckSound(a.Translator, s.Sound); err != nil {
			found["sound"] = a.Translator.Text("agent.bad-sound", "Cause", err)
		}
	}
	if s.CA != "" && found["ca"] == "" {
		if _, err := client.Transport(s.CA); err != nil {
			found["ca"] = a.Translator.Text("agent.bad-ca", "Cause", err)
		}
	}
	return found
}
