// Package i18n is what the desktop says to people, in their language.
package i18n

import (
	"encoding/json"
	"os"

	"github.com/jeandeaual/go-locale"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"jumun/assets/translations"
)

// Words speaks one language. It may be used from several goroutines.
type Words struct {
	localizer *i18n.Localizer
	// Language is "ko" or "en".
	Language string
}

// Variable is the environment variable that names a language in place of the system's. The
// agent gives it to its children.
const Variable = "JUMUN_LANGUAGE"

// Choose returns the words of a language, "ko" or "en"; "" is the system's.
func Choose(name string) (*Words, error) {
	if name == "" {
		return System()
	}
	return In(name)
}

// System returns the words of the language that Variable names, or else of that which this
// computer is set to: Korean, or English for every other one.
func System() (*Words, error) {
	if name := os.Getenv(Variable); name == "ko" || name == "en" {
		return In(name)
	}
	name, err := locale.GetLanguage()
	if err != nil || name != "ko" {
		name = "en"
	}
	return In(name)
}

// In returns the words of a language, "ko" or "en".
func In(name string) (*Words, error) {
	bundle := i18n.NewBundle(language.Korean)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	if _, err := bundle.LoadMessageFileFS(translations.Files, name+".json"); err != nil {
		return nil, err
	}
	return &Words{localizer: i18n.NewLocalizer(bundle, name), Language: name}, nil
}

// Say returns the text with the given ID. pairs are the names and values of what the
// text holds in {{.Name}}: Say("popup.more", "N", 3).
func (w *Words) Say(id string, pairs ...any) string {
	values := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i].(string)] = pairs[i+1]
	}
	text, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: values})
	if err != nil {
		return id // a person can still report what they see; a test finds missing IDs
	}
	return text
}
