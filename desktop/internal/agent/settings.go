package agent

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// loadSettings reads the settings. Beside an error it returns settings that can be used.
func (a *Agent) loadSettings() (settings.Settings, error) {
	s, err := settings.Load(a.SettingsPath)
	a.policy = s.Policy.Keeping(a.settings.Policy)
	s = a.policy.Apply(s)
	if err != nil {
		a.setLanguage(s.Language) // for the texts below
	}
	var corrupt *settings.CorruptError
	switch {
	case errors.As(err, &corrupt):
		a.settingsNotice = corruptText(a.Translator, s, corrupt)
	case err != nil:
		a.settingsNotice = a.Translator.Text("agent.settings-unreadable", "Cause", err)
	default:
		if usable, corrupt := settings.Damaged(a.SettingsPath); corrupt != nil { // a command has met it
			a.setLanguage(s.Language)
			a.settingsNotice = corruptText(a.Translator, usable, corrupt)
			a.openSettings()
		}
	}
	return s, err
}

// corruptText returns what people read of a settings file of which s could be used.
func corruptText(tr *i18n.Translator, s settings.Settings, e *settings.CorruptError) string {
	var fields []string
	for _, f := range e.Fields() {
		fields = append(fields, f.Name+" ("+tr.Text(f.Problem)+")")
	}
	switch {
	case len(fields) > 0:
		return tr.Text("agent.settings-fields", "Fields", strings.Join(fields, ", "), "File", e.Kept)
	case s != s.Policy.Apply(settings.Default()):
		return tr.Text("agent.settings-mended", "File", e.Kept)
	}
	return tr.Text("agent.settings-corrupt", "File", e.Kept)
}

// reloadSettings applies what another process has changed: the settings, the token or both. If
// the settings cannot be read, nothing changes. No command takes the shop from a PC that rings: settings without one
// were written by a command that met a damaged file, or none.
func (a *Agent) reloadSettings() ipc.Reply {
	s, err := a.loadSettings()
	if isNotSet(s) && !isNotSet(a.settings) {
		pin := s.PIN
		s = a.settings
		if err == nil { // the command may have removed it
			s.PIN = pin
		}
		err = errors.Join(err, settings.Save(a.SettingsPath, s))
	}
	if err != nil {
		a.Log.Error("the settings were not read again; the agent keeps the old ones", "err", err)
		return ipc.Reply{Error: a.settingsNotice}
	}
	if a.settings.PIN != "" && s.PIN == "" {
		a.Log.Warn("the PIN was removed by a command, or from the settings file")
	}
	a.keepShop() // who pairs by a command reads the name there
	a.setSettings(s)
	a.autostart.checkAt = time.Time{} // the command may have set it
	a.reconnect()
	return ipc.Reply{}
}

// applySettings replaces the settings, and connects again if the new ones are for another
// connection.
func (a *Agent) applySettings(s settings.Settings) {
	moved := a.connection == nil || connectionSettings(s) != connectionSettings(a.settings)
	a.setSettings(s)
	if moved {
		a.reconnect()
	}
}

// setSettings replaces the settings, but leaves the connection.
func (a *Agent) setSettings(s settings.Settings) {
	if s.Language != a.settings.Language {
		a.setLanguage(s.Language)
	}
	a.settings, a.device, a.asked = s, deviceName(s), move{}
	if err := settings.KeepPolicy(a.SettingsPath, s.Policy); err != nil {
		a.Log.Error("a policy that cannot be read at the next start would leave this PC without the values of now", "err", err)
	}
	a.orders.SetMart(s.Mart)
	a.decider.SetSettings(s)
}

// connectionSettings returns only the settings that a connection depends on: its errors are in
// the language of the screen.
func connectionSettings(s settings.Settings) settings.Settings {
	return settings.Settings{Server: s.Server, Mart: s.Mart, Enrol: s.Enrol, Policy: settings.Policy{Enrol: s.Policy.Enrol},
		Device: s.Device, Insecure: s.Insecure, CA: s.CA, Language: s.Language}
}

func (a *Agent) openSettings() {
	a.ui.settingsWanted, a.ui.settingsSent, a.openAtAbout = true, false, false
}

func (a *Agent) openAbout() {
	a.openSettings()
	a.openAtAbout = true
}

// settingsView returns what the settings window opens with.
func (a *Agent) settingsView() *ipc.SettingsView {
	if a.settingsLocked() {
		return &ipc.SettingsView{Locked: true, HasPIN: true}
	}
	s := a.settings.WithoutSecrets()
	if shop := a.shopText(); shop != "" {
		return &ipc.SettingsView{Settings: s, Managed: s.Policy.Managed(), Shop: shop}
	}
	link := a.link
	a.link = "" // what a person types over it stays
	return &ipc.SettingsView{Settings: s, Managed: s.Policy.Managed(), Link: link, HasPIN: a.settings.PIN != "", About: a.openAtAbout, Newer: a.newer, Paired: a.paired(), Notice: a.notice()}
}

// notice returns what people read above the settings: what is wrong, and that jumun does not start at login.
func (a *Agent) notice() string {
	_, why := a.connectionText(ipc.Connecting) // before people are told elsewhere, too
	lines := []string{cmp.Or(a.settingsNotice, why, a.warningText(time.Now())), PolicyText(a.Translator, a.settings.Policy), a.autostartNotice()}
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n")
}

// paired returns the mart for which this PC has a token that works, as far as is known.
func (a *Agent) paired() string {
	if !a.hasToken || a.refusedReason != "" {
		return ""
	}
	return string(a.settings.Mart)
}

// handleSave stores and applies the settings that a person typed, and answers. The files that they
// name are looked at first, and with a code this PC is paired first: then the answer comes later.
func (a *Agent) handleSave(l ipc.Save) {
	if a.settingsLocked() || a.saving || a.cancelPairing != nil { // a person pressed twice: one answer is for both
		return
	}
	s := a.settings.Policy.Apply(settings.Clean(l.Settings))
	s.MartName, s.Enrol = a.settings.MartName, a.settings.Enrol // nobody types these
	view := &ipc.SettingsView{Settings: s, Paired: a.paired(), Problems: a.problems(s)}
	s, err := a.withPIN(s, l.PIN)
	if err != nil {
		view.Problems["pin"] = a.Translator.Text("settings.pin-malformed")
	}
	if len(view.Problems) == 0 {
		view.Notice = a.askBeforeMove(s, time.Now())
	}
	if len(view.Problems) > 0 || view.Notice != "" {
		a.ui.pending.settings = view
		return
	}
	a.checkFiles(s, func(problems map[string]string) {
		view.Problems = problems
		a.finishSave(s, l.Code, view)
	})
}

// finishSave is the rest of handleSave, once the files were looked at.
func (a *Agent) finishSave(s settings.Settings, code string, view *ipc.SettingsView) {
	switch {
	case len(view.Problems) > 0:
	case strings.TrimSpace(code) != "":
		a.pair(s, code)
		return
	default:
		a.saveSettings(s, view)
	}
	a.ui.pending.settings = view
}

func (a *Agent) saveSettings(s settings.Settings, view *ipc.SettingsView) {
	if err := settings.Save(a.SettingsPath, s); err != nil {
		a.Log.Error("the settings were not stored", "err", err)
		view.Notice = a.Translator.Text("agent.settings-not-saved", "Cause", err)
		return
	}
	a.closeSettings(view)
	a.applySettings(s)
	a.setAutostart(s.Login)
}

// closeSettings closes the settings window after the settings were stored.
func (a *Agent) closeSettings(view *ipc.SettingsView) {
	a.settingsNotice, a.ui.settingsWanted, a.pin.unlocked, view.Saved = "", false, false, true
}

// problems returns why settings cannot be saved, by JSON name of the setting.
func (a *Agent) problems(s settings.Settings) map[string]string {
	found := map[string]string{}
	for name, id := range settings.Check(s) {
		found[name] = a.Translator.Text(id)
	}
	return found
}

// checkFiles calls then in the loop with why the files that s names cannot be used, by JSON name of the
// setting. It looks at them outside the loop: they may be on a drive in the network that hangs.
func (a *Agent) checkFiles(s settings.Settings, then func(problems map[string]string)) {
	if s.Sound == "" && s.CA == "" {
		then(nil)
		return
	}
	a.saving = true
	tr := a.Translator
	go func() { // nobody waits for it: it may be held up for ever
		problems := a.fileProblems(tr, s)
		a.post(func() {
			a.saving = false
			then(problems)
		})
	}()
}

func (a *Agent) fileProblems(tr *i18n.Translator, s settings.Settings) map[string]string {
	found := map[string]string{}
	if s.Sound != "" {
		if err := a.CheckSound(tr, s.Sound); err != nil {
			found["sound"] = tr.Text("agent.bad-sound", "Cause", err)
		}
	}
	if _, err := client.Transport(context.Background(), s.CA); err != nil {
		found["ca"] = client.Explain(tr, err)
	}
	return found
}
