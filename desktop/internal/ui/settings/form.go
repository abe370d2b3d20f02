// Package settings is the settings window, and the window that asks for the PIN.
package settings

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/screen"
	"jumun/shared/order"
)

// The JSON names of the settings and of the code, which problems go by.
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
	fieldRepeat   = "repeat"
	fieldRemind   = "remind"
	fieldAging    = "aging"
	fieldPatience = "patience"
	fieldHours    = "hours"
	fieldLanguage = "language"
	fieldScale    = "scale"
	fieldLogin    = "login"
	fieldPIN      = "pin"
)

// A Config is what the windows of a ui process need to know.
type Config struct {
	Translator *i18n.Translator
	// Check returns what is wrong with settings, as text for people, by JSON name. It is
	// called at every key typed.
	Check   func(settings.Settings) map[string]string
	Version string // shown on the page about jumun
}

// A Form is the settings window.
type Form struct {
	window fyne.Window
	cfg    Config
	send   func(ipc.FromUI)

	notice                         *widget.Label
	server, mart, code, device, ca *widget.Entry
	paired                         *widget.Label
	insecure                       *widget.Check
	advanced                       *widget.Accordion

	volume                         *widget.Slider
	percent                        *widget.Label
	tune                           *choice[string]
	sound                          *widget.Entry
	repeat, remind, late, veryLate *widget.Entry // minutes, but repeat: seconds
	test                           *testReport

	opens, closes, patience *widget.Entry
	outside                 *choice[string]

	language *choice[string]
	scale    *choice[float64]
	login    *widget.Check
	pin      pinFields
	export   exportRow

	lock       *pinForm
	body       *fyne.Container // all but the lock
	pages      []*page
	saveButton *widget.Button
	problems   map[string]*widget.Label
	hints      map[string]*widget.Label // in the place for a problem, while there is none
	stored     settings.Settings        // what the window opened with
	typed      map[string]bool          // fields a person changed, or wanted to save
	filled     bool                     // with what is stored
}

func New(w fyne.Window, cfg Config, send func(ipc.FromUI)) *Form {
	tr := cfg.Translator.Text
	f := &Form{
		window: w, cfg: cfg, send: send,
		notice:   &widget.Label{Importance: widget.WarningImportance, Wrapping: fyne.TextWrapWord},
		typed:    map[string]bool{},
		problems: map[string]*widget.Label{},
	}
	for _, name := range []string{fieldServer, fieldMart, fieldCode, fieldDevice, fieldInsecure, fieldCA, fieldVolume, fieldTune, fieldSound,
		fieldRepeat, fieldRemind, fieldAging, fieldPatience, fieldHours, fieldLanguage, fieldScale, fieldLogin, fieldPIN} {
		f.problems[name] = &widget.Label{Importance: widget.DangerImportance, SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord}
	}
	f.notice.Hide()
	f.problems[fieldInsecure].Hide()
	f.saveButton = &widget.Button{Text: tr("window.settings.save"), OnTapped: f.save, Importance: widget.HighImportance}
	f.lock = newPINForm(cfg.Translator, tr("window.pin.settings"), f.unlock, w.Close)
	f.makeInputs()
	f.hints = map[string]*widget.Label{fieldCode: f.paired, fieldHours: hint(tr("window.settings.hours.hint")), fieldPIN: f.pin.is}
	w.SetContent(f.content())
	return f
}

// open shows the window with what is stored, or asks for the PIN first.
func (f *Form) Open(v ipc.SettingsView) {
	f.present(v)
	f.window.Resize(fyne.NewSize(formWidth, 0))
	standAside(f.window)
	f.window.Show()
	standAside(f.window) // the screen's scale is known only now
	f.focusLock()
	if native := screen.Native(f.window); native != nil {
		screen.ClickInPlace(native)
	}
}

// answer leaves alone what is typed.
func (f *Form) Answer(v ipc.SettingsView) {
	if v.Saved {
		f.window.Close()
		return
	}
	f.pairingEnds()
	f.present(v)
	f.window.Show()
	f.window.RequestFocus()
	f.focusLock()
}

// present shows what the agent has to say. What is stored fills the fields once: later on
// they are a person's.
func (f *Form) present(v ipc.SettingsView) {
	f.setLocked(v.Locked)
	if v.Locked {
		f.lock.blame(v.Notice)
		return
	}
	if !f.filled {
		f.filled, f.stored = true, v.Settings
		f.fill(v.Settings)
		f.pin.fill(v.HasPIN)
		f.listen()
		if v.Settings.Insecure || v.Settings.CA != "" {
			f.advanced.Open(0)
		}
	}
	f.tell(v)
	if v.About {
		f.turnTo(len(f.pages) - 1)
	}
}

func (f *Form) fill(s settings.Settings) {
	f.server.SetText(s.Server)
	f.mart.SetText(string(s.Mart))
	f.device.SetText(s.Device)
	f.ca.SetText(s.CA)
	f.insecure.SetChecked(s.Insecure)
	f.volume.SetValue(math.Round(s.Volume * 100))
	f.showPercent()
	f.tune.set(s.Tune)
	f.sound.SetText(s.Sound)
	f.showTune()
	for entry, n := range f.numbers(&s) {
		entry.SetText(fmt.Sprint(*n))
	}
	f.opens.SetText(s.Hours.Open)
	f.closes.SetText(s.Hours.Close)
	f.outside.set(s.Hours.Outside)
	f.language.set(s.Language)
	f.scale.set(s.Scale)
	f.login.SetChecked(s.Login)
}

// settings are what the fields say.
func (f *Form) settings() settings.Settings {
	s := settings.Settings{
		Server: f.server.Text, Mart: order.MartID(f.mart.Text), Device: f.device.Text,
		Insecure: f.insecure.Checked, CA: f.ca.Text,
		Volume: f.volume.Value / 100, Tune: f.tune.value(), Sound: f.sound.Text,
		Hours:    settings.Hours{Open: f.opens.Text, Close: f.closes.Text, Outside: f.outside.value()},
		Language: f.language.value(), Scale: f.scale.value(), Login: f.login.Checked,
	}
	for entry, n := range f.numbers(&s) {
		*n = number(entry.Text)
	}
	return s
}

// tell shows what the agent has to say about the settings.
func (f *Form) tell(v ipc.SettingsView) {
	f.notice.SetText(v.Notice)
	f.notice.Hidden = v.Notice == ""
	f.tellPaired(v.Paired)
	for name, text := range v.Problems {
		f.blame(name, text)
	}
	f.turnToProblem()
}

// check shows what is wrong in the fields a person has touched, of which names are the
// latest, and reports whether all are right. An empty form does not start with blame.
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
			f.blame(name, found[name])
		}
	}
	if slices.Contains(names, fieldCode) { // what the server said of it stays until it is another
		f.blame(fieldCode, f.codeProblem())
	}
	f.showPaired()
	return len(found) == 0
}

// blame shows what is wrong with a field, or that nothing is.
func (f *Form) blame(name, text string) {
	label, ok := f.problems[name]
	if !ok {
		return // of a newer agent's
	}
	label.SetText(text)
	if hint := f.hints[name]; hint != nil && name != fieldCode {
		hint.Hidden = text != ""
		hint.Refresh()
	}
	f.problems[fieldInsecure].Hidden = f.problems[fieldInsecure].Text == "" // rare, so it has no place of its own
	if text != "" && (name == fieldInsecure || name == fieldCA) {
		f.advanced.Open(0)
	}
	f.showPaired()
	f.mark()
}

func (f *Form) save() {
	good := f.check(slices.Collect(maps.Keys(f.problems))...)
	code := strings.TrimSpace(f.code.Text)
	if !f.isCode(code) || !good {
		f.turnToProblem()
		return
	}
	if code != "" {
		f.pairingBegins()
	}
	f.send(ipc.FromUI{Save: &ipc.Save{Settings: f.settings(), Code: code, PIN: f.pin.typed()}})
}
