package settings

import (
	"maps"
	"slices"
	"strings"

	"jumun/desktop/internal/ipc"
)

// The fields of the form, by the JSON names under which problems are reported.
const (
	fieldServer   = "server"
	fieldMart     = "mart"
	fieldCode     = "code"
	fieldDevice   = "device"
	fieldInsecure = "insecure"
	fieldCA       = "ca"
	fieldVolume   = "volume"
	fieldTune     = "tune"
	fieldSound    = "sound"
	fieldRaise    = "raise"
	fieldDigits   = "digits"
	fieldRepeat   = "repeat"
	fieldRemind   = "remind"
	fieldAging    = "aging"
	fieldPatience = "patience"
	fieldHours    = "hours"
	fieldAwake    = "awake"
	fieldLanguage = "language"
	fieldScale    = "scale"
	fieldPopup    = "popup"
	fieldFlash    = "flash"
	fieldLogin    = "login"
	fieldPIN      = "pin"

	fieldNoUpdates = "noUpdates"
)

// showNotes shows the agent's notice and the problems that it found.
func (f *Form) showNotes(v ipc.SettingsView) {
	f.notice.SetText(v.Notice)
	f.notice.Hidden = v.Notice == ""
	f.setPaired(v.Paired)
	for name, text := range v.Problems {
		f.setProblem(name, text)
	}
	f.showProblemPage()
}

// check shows what is wrong in the fields that a person has touched, and reports whether
// all fields are right. names are the fields touched just now. An untouched field shows no
// problem, so an empty form does not open with errors.
func (f *Form) check(names ...string) bool {
	for _, name := range names {
		f.typed[name] = true
	}
	found := maps.Collect(maps.All(f.cfg.Check(f.settings())))
	if text := f.pinProblem(); text != "" {
		found[fieldPIN] = text
	}
	for name := range f.problems {
		if f.typed[name] && name != fieldCode {
			f.setProblem(name, found[name])
		}
	}
	if slices.Contains(names, fieldCode) { // the server's verdict stays until the code is changed
		f.setProblem(fieldCode, f.codeProblem())
	}
	f.showPaired()
	return len(found) == 0
}

// setProblem shows what is wrong with a field; "" means nothing.
func (f *Form) setProblem(name, text string) {
	label, ok := f.problems[name]
	if !ok {
		return // a newer agent's field
	}
	label.SetText(text)
	switch hint := f.hints[name]; {
	case hint == nil || name == fieldCode:
	case text != "":
		hint.Hide()
	default:
		hint.Show()
	}
	f.problems[fieldInsecure].Hidden = f.problems[fieldInsecure].Text == "" // rare, so no place is kept for it
	if text != "" && (name == fieldInsecure || name == fieldCA) {
		f.advanced.Open(0)
	}
	f.showPaired()
	f.markPages()
}

// save sends what is typed, unless something is wrong or a code is being sent: the second answer
// would be that it was used.
func (f *Form) save() {
	if f.saveButton.Disabled() {
		return
	}
	good := f.check(slices.Collect(maps.Keys(f.problems))...)
	code := strings.TrimSpace(f.code.Text)
	if !f.isCode(code) || !good {
		f.showProblemPage()
		return
	}
	if code != "" {
		f.pairingBegins()
	}
	f.send(ipc.FromUI{Save: &ipc.Save{Settings: f.settings(), Code: code, PIN: f.pin.typed()}})
}
