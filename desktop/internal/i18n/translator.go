// Package i18n translates message IDs into the language of the person at this PC.
//
// The messages are assets/translations/ko.json and en.json. A Translator speaks one of the two.
package i18n

import (
	"encoding/json"
	"os"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"jumun/assets/translations"
)

// A Translator returns messages in one language. It is safe for concurrent use.
type Translator struct {
	localizer *i18n.Localizer
	// Language is "ko" or "en".
	Language string
}

// LanguageVariable is the environment variable that names a language in place of the
// system's. The agent sets it for its child processes.
const LanguageVariable = "JUMUN_LANGUAGE"

// New returns the translator for a language, "ko" or "en". "" is the language that
// LanguageVariable names, or else the system's: Korean, or English for every other one.
func New(name string) (*Translator, error) {
	if name == "" {
		name = systemLanguage()
	}
	bundle := i18n.NewBundle(language.Korean)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	if _, err := bundle.LoadMessageFileFS(translations.Files, name+".json"); err != nil {
		return nil, err
	}
	return &Translator{localizer: i18n.NewLocalizer(bundle, name), Language: name}, nil
}

func systemLanguage() string {
	if name := os.Getenv(LanguageVariable); name == "ko" || name == "en" {
		return name
	}
	if name, err := displayLanguage(); err == nil && name == "ko" {
		return name
	}
	return "en"
}

// Wait returns a wait in words: in seconds below a minute, and else in whole minutes, rounded up.
func (t *Translator) Wait(d time.Duration) string {
	if d <= time.Minute-time.Second {
		return t.Text("wait.seconds", "N", int((d+time.Second-1)/time.Second))
	}
	return t.Text("wait.minutes", "N", int((d+time.Minute-1)/time.Minute))
}

// Text returns the message with the given ID. pairs are the names and values of what the
// message holds in {{.Name}}: Text("window.more", "N", 3).
// If the message is missing, Text returns the ID, which a person can still report.
func (t *Translator) Text(id string, pairs ...any) string {
	values := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i].(string)] = pairs[i+1]
	}
	text, err := t.localizer.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: values})
	if err != nil {
		return id
	}
	return text
}
