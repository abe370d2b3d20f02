package settings

import (
	"os"
	"unicode"

	"jumun/shared/wire"
)

// hostname is the name a PC without another one goes by.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "" // the field is empty, as the name is
	}
	return name
}

// codeProblem is what is wrong with the code. One of fewer letters is not yet typed to its
// end.
func (f *Form) codeProblem() string {
	if letters(f.code.Text) < wire.CodeLength {
		return ""
	}
	if _, err := wire.ParseCode(f.code.Text); err != nil {
		return f.cfg.Translator.Text("window.settings.code.malformed")
	}
	return ""
}

// letters counts what a code is made of.
func letters(typed string) (n int) {
	for _, r := range typed {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// isCode reports whether code can be sent, and shows why not. It may be empty: the PC is
// paired already, or the tray will say that it is not.
func (f *Form) isCode(code string) bool {
	if code == "" {
		return true
	}
	if _, err := wire.ParseCode(code); err != nil {
		f.blame(fieldCode, f.cfg.Translator.Text("window.settings.code.malformed"))
		return false
	}
	return true
}

// tellPaired says for which mart this PC is paired, if it is.
func (f *Form) tellPaired(mart string) {
	text := ""
	if mart != "" {
		text = f.cfg.Translator.Text("window.settings.paired", "Mart", mart)
	}
	f.paired.SetText(text)
	f.showPaired()
}

// showPaired shows that in the place for a problem, while there is none, and while the
// fields still name that mart.
func (f *Form) showPaired() {
	another := f.server.Text != f.stored.Server || f.mart.Text != string(f.stored.Mart)
	f.paired.Hidden = another || f.problems[fieldCode].Text != ""
	f.paired.Refresh()
}

// pairingBegins keeps people from sending one code twice: the second answer would say that
// it was used.
func (f *Form) pairingBegins() {
	f.saveButton.SetText(f.cfg.Translator.Text("window.settings.pairing"))
	f.saveButton.Disable()
}

func (f *Form) pairingEnds() {
	f.saveButton.SetText(f.cfg.Translator.Text("window.settings.save"))
	f.saveButton.Enable()
}
