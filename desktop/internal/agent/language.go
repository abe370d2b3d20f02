package agent

import (
	"strconv"

	"jumun/desktop/internal/i18n"
)

// look is how windows are to be now.
func (a *Agent) uiEnvironment() uiEnvironment {
	return uiEnvironment{a.Translator.Language, a.settings.Scale}
}

// environment has a window process speak the language, in the size, that a person chose.
// Fyne multiplies FYNE_SCALE with what the system says of the screen.
func (l uiEnvironment) variables() []string {
	return []string{i18n.LanguageVariable + "=" + l.language, "FYNE_SCALE=" + strconv.FormatFloat(l.scale, 'f', -1, 64)}
}

// speak changes the language: "" is the system's.
func (a *Agent) setLanguage(language string) {
	w, err := i18n.New(language)
	if err != nil {
		a.Log.Error("the language stays", "err", err)
		return
	}
	if w.Language != a.Translator.Language {
		a.Translator = w
		a.tray.SetTranslator(w)
	}
}
