package settings

import (
	"os"
	"strings"
	"unicode"

	"jumun/shared/wire"
)

// hostname returns the name of a PC to which nobody gave another one.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}

// codeProblem returns what is wrong with the code, or "". A code of fewer letters is not
// complete yet, and no problem.
func (f *Form) codeProblem() string {
	if letters(f.code.Text) < wire.CodeLength {
		return ""
	}
	if _, err := wire.ParseCode(f.code.Text); err != nil {
		return f.cfg.Translator.Text("window.settings.code.malformed")
	}
	return ""
}

// useLink fills in what the pairing link in text says, and reports whether there is one: people copy
// the whole message that it came in.
func (f *Form) useLink(text string) bool {
	for word := range strings.FieldsSeq(text) {
		link, err := wire.ParsePairingLink(word)
		if err != nil {
			continue
		}
		if problem := f.linkProblem(link); problem != "" {
			f.notice.SetText(problem)
			f.notice.Show()
			f.scroll.Refresh()
			return true
		}
		f.server.SetText(link.Server)
		f.mart.SetText(string(link.Mart))
		f.code.SetText(wire.ShowCode(link.Code))
		f.showPage(0)
		f.window.Canvas().Focus(f.code)
		return true
	}
	return false
}

// letters counts the letters and digits.
func letters(typed string) (n int) {
	for _, r := range typed {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// isCode reports whether code can be sent, and shows why not. It may be empty: either the
// PC is paired, or the tray will tell that it is not.
func (f *Form) isCode(code string) bool {
	if code == "" {
		return true
	}
	if _, err := wire.ParseCode(code); err != nil {
		f.setProblem(fieldCode, f.cfg.Translator.Text("window.settings.code.malformed"))
		return false
	}
	return true
}

// setPaired shows with which mart this PC is paired; "" means none.
func (f *Form) setPaired(mart string) {
	text := ""
	if name := f.stored.ShopName(); mart != "" && name != "" {
		mart = name + " (" + mart + ")"
	}
	if mart != "" {
		text = f.cfg.Translator.Text("window.settings.paired", "Mart", mart)
	}
	f.paired.SetText(text)
	f.showPaired()
}

// showPaired shows the paired mart in the place of the code's problem, as long as there is
// none and the fields still name that server and mart.
func (f *Form) showPaired() {
	another := f.server.Text != f.stored.Server || f.mart.Text != string(f.stored.Mart)
	f.paired.Hidden = another || f.problems[fieldCode].Text != ""
	f.paired.Refresh()
}

// pairingBegins disables saving until the answer comes.
func (f *Form) pairingBegins() {
	f.saveButton.SetText(f.cfg.Translator.Text("window.settings.pairing"))
	f.saveButton.Disable()
}

func (f *Form) pairingEnds() {
	f.saveButton.SetText(f.cfg.Translator.Text("window.settings.save"))
	f.saveButton.Enable()
}
