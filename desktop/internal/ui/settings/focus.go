package settings

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
)

// input returns where a person corrects a field; of several inputs it is the first.
func (f *Form) input(name string) fyne.Focusable {
	return map[string]fyne.Focusable{
		fieldServer: f.server, fieldMart: f.mart, fieldCode: f.code, fieldDevice: f.device, fieldInsecure: f.insecure, fieldCA: f.ca,
		fieldVolume: f.volume, fieldTune: f.tune.input, fieldSound: f.sound, fieldRaise: f.raise, fieldDigits: f.digits,
		fieldRepeat: f.repeat, fieldRemind: f.remind, fieldAging: f.late,
		fieldHours: f.opens, fieldPatience: f.patience, fieldAwake: f.awake,
		fieldLanguage: f.language.input, fieldScale: f.scale.input, fieldPopup: f.corner.input, fieldFlash: f.flash, fieldLogin: f.login, fieldPIN: f.pin.entry,
	}[name]
}

// focusFirst puts the focus into the PIN's entry, or else into the first field of the page that has
// to be filled in. Without such a field nothing has the focus.
func (f *Form) focusFirst() {
	if f.lock.root.Visible() {
		f.window.Canvas().Focus(f.lock.entry)
		return
	}
	if f.window.Canvas().Focused() != nil { // a problem's field has it
		return
	}
	shown := f.pages[f.shownPage()]
	if i := slices.IndexFunc(shown.fields, f.toFillIn()); i >= 0 {
		f.window.Canvas().Focus(f.input(shown.fields[i]))
	}
}

// toFillIn returns a function that reports whether a field is empty or wrong.
func (f *Form) toFillIn() func(name string) bool {
	found := f.cfg.Check(f.settings())
	return func(name string) bool {
		if name == fieldCode {
			return f.paired.Text == "" && strings.TrimSpace(f.code.Text) == ""
		}
		return found[name] != ""
	}
}
