package window

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/pipe"
	"jumun/shared/order"
)

// The JSON names of the settings and of the code, which problems go by.
const (
	fieldServer   = "server"
	fieldMart     = "mart"
	fieldCode     = "code"
	fieldDevice   = "device"
	fieldVolume   = "volume"
	fieldSound    = "sound"
	fieldInsecure = "insecure"
	fieldCA       = "ca"
)

// A form is the settings window.
type form struct {
	window fyne.Window
	cfg    Config
	send   func(pipe.FromWindow)

	notice                                *widget.Label
	server, mart, code, device, sound, ca *widget.Entry
	paired                                *widget.Label
	volume                                *widget.Slider
	percent                               *widget.Label
	insecure                              *widget.Check
	advanced                              *widget.Accordion
	saveButton                            *widget.Button
	problems                              map[string]*widget.Label
	stored                                pipe.Settings   // what the window opened with
	typed                                 map[string]bool // fields a person changed, or wanted to save
}

func newForm(w fyne.Window, cfg Config, send func(pipe.FromWindow)) *form {
	say := cfg.Words.Say
	f := &form{
		window: w, cfg: cfg, send: send,
		notice:   &widget.Label{Importance: widget.WarningImportance, Wrapping: fyne.TextWrapWord},
		server:   &widget.Entry{PlaceHolder: "https://jumun.example.com"},
		mart:     &widget.Entry{PlaceHolder: "42"},
		code:     &widget.Entry{PlaceHolder: "ABCD-EFGH"},
		paired:   &widget.Label{SizeName: theme.SizeNameCaptionText, Truncation: fyne.TextTruncateEllipsis},
		device:   &widget.Entry{PlaceHolder: hostname()},
		volume:   &widget.Slider{Max: 100, Step: 5},
		percent:  &widget.Label{Alignment: fyne.TextAlignTrailing},
		sound:    &widget.Entry{PlaceHolder: say("window.settings.sound.built-in")},
		insecure: &widget.Check{Text: say("window.settings.insecure")},
		ca:       &widget.Entry{PlaceHolder: say("window.settings.ca.system")},
		typed:    map[string]bool{},
		problems: map[string]*widget.Label{},
	}
	for _, name := range []string{fieldServer, fieldMart, fieldCode, fieldDevice, fieldVolume, fieldSound, fieldInsecure, fieldCA} {
		f.problems[name] = &widget.Label{Importance: widget.DangerImportance, SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord}
	}
	f.problems[fieldInsecure].Hide()
	f.saveButton = &widget.Button{Text: say("window.settings.save"), OnTapped: f.save, Importance: widget.HighImportance}
	w.SetContent(f.content())
	return f
}

// open shows the window with what is stored.
func (f *form) open(v pipe.SettingsView) {
	f.stored = v.Settings
	f.fill(v.Settings)
	f.listen()
	f.tell(v)
	if v.Settings.Insecure || v.Settings.CA != "" {
		f.advanced.Open(0)
	}
	f.window.Resize(fyne.NewSize(580, 0))
	f.window.CenterOnScreen()
	f.window.Show()
	if native := nativeOf(f.window); native != nil {
		clickInPlace(native)
	}
}

func (f *form) fill(s pipe.Settings) {
	f.server.SetText(s.Server)
	f.mart.SetText(string(s.Mart))
	f.device.SetText(s.Device)
	f.sound.SetText(s.Sound)
	f.ca.SetText(s.CA)
	f.insecure.SetChecked(s.Insecure)
	f.volume.SetValue(math.Round(s.Volume * 100))
	f.showPercent()
}

// listen checks from now on what a person changes.
func (f *form) listen() {
	for name, entry := range map[string]*widget.Entry{
		fieldServer: f.server, fieldMart: f.mart, fieldCode: f.code, fieldDevice: f.device, fieldSound: f.sound, fieldCA: f.ca,
	} {
		entry.OnChanged = func(string) { f.check(name) }
	}
	f.insecure.OnChanged = func(bool) { f.check(fieldInsecure) }
	f.volume.OnChanged = func(float64) { f.showPercent(); f.check(fieldVolume) }
}

// answer leaves alone what is typed.
func (f *form) answer(v pipe.SettingsView) {
	if v.Saved {
		f.window.Close()
		return
	}
	f.pairingEnds()
	f.tell(v)
	f.window.Show()
	f.window.RequestFocus()
}

// tell shows what the agent has to say about the settings.
func (f *form) tell(v pipe.SettingsView) {
	f.notice.SetText(v.Notice)
	f.notice.Hidden = v.Notice == ""
	f.tellPaired(v.Paired)
	for name, text := range v.Problems {
		f.blame(name, text)
	}
}

// check shows what is wrong in the fields a person has touched, of which names are the
// latest, and reports whether all are right. An empty form does not start with blame.
func (f *form) check(names ...string) bool {
	for _, name := range names {
		f.typed[name] = true
	}
	found := f.cfg.Check(f.settings())
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
func (f *form) blame(name, text string) {
	label, ok := f.problems[name]
	if !ok {
		return // of a newer agent's
	}
	label.SetText(text)
	f.problems[fieldInsecure].Hidden = f.problems[fieldInsecure].Text == "" // rare, so it has no place of its own
	if text != "" && (name == fieldInsecure || name == fieldCA) {
		f.advanced.Open(0)
	}
	f.showPaired()
}

func (f *form) settings() pipe.Settings {
	return pipe.Settings{
		Server: f.server.Text, Mart: order.MartID(f.mart.Text), Device: f.device.Text,
		Insecure: f.insecure.Checked, CA: f.ca.Text,
		Volume: f.volume.Value / 100, Sound: f.sound.Text,
	}
}

func (f *form) showPercent() { f.percent.SetText(fmt.Sprintf("%.0f%%", f.volume.Value)) }

func (f *form) save() {
	good := f.check(slices.Collect(maps.Keys(f.problems))...)
	code := strings.TrimSpace(f.code.Text)
	if !f.isCode(code) || !good {
		return
	}
	if code != "" {
		f.pairingBegins()
	}
	f.send(pipe.FromWindow{Save: &pipe.Save{Settings: f.settings(), Code: code}})
}

func (f *form) test() { f.send(pipe.FromWindow{Test: true}) }
