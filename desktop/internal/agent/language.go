package agent

import (
	"strconv"

	"jumun/desktop/internal/i18n"
)

// A uiEnvironment is what a ui process gets when it starts, and cannot change.
type uiEnvironment struct {
	language string
	scale    float64
}

// uiEnvironment returns the environment of a ui process that would be started now.
func (a *Agent) uiEnvironment() uiEnvironment {
	return uiEnvironment{a.Translator.Language, a.settings.Scale}
}

// variables returns the environment variables. Fyne multiplies FYNE_SCALE by the scale that the
// system reports for the screen.
func (e uiEnvironment) variables() []string {
	return []string{i18n.LanguageVariable + "=" + e.language, "FYNE_SCALE=" + strconv.FormatFloat(e.scale, 'f', -1, 64)}
}

// setLanguage changes the language; "" is the system's.
func (a *Agent) setLanguage(language string) {
	t, err := i18n.New(language)
	if err != nil {
		a.Log.Error("the language was not changed", "err", err)
		return
	}
	if t.Language != a.Translator.Language {
		a.Translator = t
		a.tray.SetTranslator(t)
	}
}
