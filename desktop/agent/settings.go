package agent

import (
	"jumun/desktop/pipe"
	"jumun/desktop/settings"
)

func (a *Agent) openSettings() {
	a.screen.settings, a.screen.asked = true, false
}

// settingsView is what the settings window opens with.
func (a *Agent) settingsView() *pipe.SettingsView {
	return &pipe.SettingsView{Settings: a.settings, Notice: a.notice}
}

// save stores what a person typed, uses it at once, and answers.
func (a *Agent) save(s pipe.Settings) {
	s = settings.Clean(s)
	view := &pipe.SettingsView{Settings: s, Problems: a.problems(s)}
	if len(view.Problems) == 0 {
		if err := settings.Save(a.SettingsPath, s); err != nil {
			a.Log.Error("settings were not saved", "err", err)
			view.Notice = a.Words.Say("agent.settings-not-saved", "Cause", err)
		} else {
			a.notice, a.screen.settings, view.Saved = "", false, true
			a.use(s)
		}
	}
	a.screen.answer = view
}

// problems says, by the JSON name of a setting, why it cannot be saved.
func (a *Agent) problems(s pipe.Settings) map[string]string {
	found := a.Check(s)
	if s.Sound != "" && found["sound"] == "" {
		if err := a.CheckSound(s.Sound); err != nil {
			found["sound"] = a.Words.Say("agent.bad-sound", "Cause", err)
		}
	}
	return found
}
