package window

import (
	"fmt"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/pipe"
	"jumun/shared/order"
)

// The JSON names of the settings, which problems go by.
const (
	fieldServer = "server"
	fieldMart   = "mart"
	fieldVolume = "volume"
	fieldSound  = "sound"
)

// A form is the settings window.
type form struct {
	window fyne.Window
	cfg    Config
	send   func(pipe.FromWindow)

	notice              *widget.Label
	server, mart, sound *widget.Entry
	volume              *widget.Slider
	percent             *widget.Label
	problems            map[string]*widget.Label
	typed               map[string]bool // fields a person changed, or wanted to save
}

func newForm(w fyne.Window, cfg Config, send func(pipe.FromWindow)) *form {
	f := &form{
		window: w, cfg: cfg, send: send,
		notice:  &widget.Label{Importance: widget.WarningImportance, Wrapping: fyne.TextWrapWord},
		server:  &widget.Entry{PlaceHolder: "https://jumun.example.com"},
		mart:    &widget.Entry{PlaceHolder: "42"},
		sound:   &widget.Entry{PlaceHolder: cfg.Words.Say("window.settings.sound.built-in")},
		volume:  &widget.Slider{Max: 100, Step: 5},
		percent: &widget.Label{Alignment: fyne.TextAlignTrailing},
		typed:   map[string]bool{},
	}
	f.problems = map[string]*widget.Label{}
	for _, name := range []string{fieldServer, fieldMart, fieldVolume, fieldSound} {
		f.problems[name] = &widget.Label{Importance: widget.DangerImportance, SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord}
	}
	w.SetContent(f.content())
	return f
}

func (f *form) content() fyne.CanvasObject {
	say := f.cfg.Words.Say
	return container.New(layout.NewCustomPaddedLayout(14, 18, 20, 20), container.NewBorder(f.notice, f.footer(), nil, nil,
		container.New(layout.NewCustomPaddedVBoxLayout(0),
			f.field(fieldServer, say("window.settings.server"), f.server),
			f.field(fieldMart, say("window.settings.mart"), f.mart),
			f.field(fieldVolume, say("window.settings.volume"), container.NewBorder(nil, nil, nil, f.percentBox(),
				container.NewThemeOverride(f.volume, sliderTheme{fyne.CurrentApp().Settings().Theme()}))),
			f.field(fieldSound, say("window.settings.sound"), container.NewBorder(nil, nil, nil, container.NewHBox(
				&widget.Button{Text: say("window.settings.sound.choose"), OnTapped: f.chooseSound},
				&widget.Button{Text: say("window.settings.sound.built-in"), OnTapped: f.builtInSound},
			), f.sound)),
			container.NewHBox(&widget.Button{Text: say("window.settings.test"), Icon: theme.VolumeUpIcon(), OnTapped: f.test}),
		),
	))
}

// field is one setting: its name, what it is typed into, and what is wrong with it.
// The place for a problem is always there, so that nothing jumps while one types.
func (f *form) field(name, title string, input fyne.CanvasObject) fyne.CanvasObject {
	tight := func(o fyne.CanvasObject) fyne.CanvasObject {
		return container.New(layout.NewCustomPaddedLayout(-5, -5, 0, 0), o)
	}
	return container.New(layout.NewCustomPaddedVBoxLayout(0),
		tight(&widget.Label{Text: title, TextStyle: fyne.TextStyle{Bold: true}}), input, tight(f.problems[name]))
}

func (f *form) footer() fyne.CanvasObject {
	say := f.cfg.Words.Say
	version := &widget.Label{Text: say("window.settings.version", "Version", f.cfg.Version),
		Importance: widget.LowImportance, SizeName: theme.SizeNameCaptionText}
	return container.New(layout.NewCustomPaddedLayout(20, 0, 0, 0), container.NewBorder(nil, nil, version,
		container.NewGridWrap(fyne.NewSize(232, 44), container.NewGridWithColumns(2,
			&widget.Button{Text: say("window.settings.cancel"), OnTapped: f.window.Close},
			&widget.Button{Text: say("window.settings.save"), OnTapped: f.save, Importance: widget.HighImportance},
		))))
}

// percentBox is as wide as its widest text, so that the slider keeps still.
func (f *form) percentBox() fyne.CanvasObject {
	width := widget.NewLabel("100%").MinSize()
	return container.NewStack(container.NewGridWrap(width, &canvas.Rectangle{}), f.percent)
}

// open shows the window with what is stored.
func (f *form) open(v pipe.SettingsView) {
	f.server.SetText(v.Settings.Server)
	f.mart.SetText(string(v.Settings.Mart))
	f.sound.SetText(v.Settings.Sound)
	f.volume.SetValue(math.Round(v.Settings.Volume * 100))
	f.showPercent()
	f.server.OnChanged = f.changed(fieldServer)
	f.mart.OnChanged = f.changed(fieldMart)
	f.sound.OnChanged = f.changed(fieldSound)
	f.volume.OnChanged = func(float64) { f.showPercent(); f.check(fieldVolume) }
	f.tell(v)
	f.window.Resize(fyne.NewSize(580, 0))
	f.window.CenterOnScreen()
	f.window.Show()
	if native := nativeOf(f.window); native != nil {
		clickInPlace(native)
	}
}

// answer leaves alone what is typed.
func (f *form) answer(v pipe.SettingsView) {
	if v.Saved {
		f.window.Close()
		return
	}
	f.tell(v)
	f.window.Show()
	f.window.RequestFocus()
}

// tell shows what the agent has to say about the settings.
func (f *form) tell(v pipe.SettingsView) {
	f.notice.SetText(v.Notice)
	f.notice.Hidden = v.Notice == ""
	for name, label := range f.problems {
		if text, ok := v.Problems[name]; ok {
			label.SetText(text)
		}
	}
}

func (f *form) changed(name string) func(string) {
	return func(string) { f.check(name) }
}

// check shows what is wrong in the fields a person has touched, of which name is the
// latest, and reports whether all are right. An empty form does not start with blame.
func (f *form) check(names ...string) bool {
	for _, name := range names {
		f.typed[name] = true
	}
	found := f.cfg.Check(f.settings())
	for name, label := range f.problems {
		if f.typed[name] {
			label.SetText(found[name])
		}
	}
	return len(found) == 0
}

func (f *form) settings() pipe.Settings {
	return pipe.Settings{
		Server: f.server.Text, Mart: order.MartID(f.mart.Text),
		Volume: f.volume.Value / 100, Sound: f.sound.Text,
	}
}

func (f *form) showPercent() { f.percent.SetText(fmt.Sprintf("%.0f%%", f.volume.Value)) }

func (f *form) save() {
	if f.check(fieldServer, fieldMart, fieldVolume, fieldSound) {
		s := f.settings()
		f.send(pipe.FromWindow{Save: &pipe.Save{Settings: s}})
	}
}

func (f *form) test() { f.send(pipe.FromWindow{Test: true}) }

func (f *form) builtInSound() { f.sound.SetText("") }

// chooseSound lets a person pick a file. The agent finds out whether it can be played.
func (f *form) chooseSound() {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil { // unreadable, or they changed their mind
			return
		}
		file.Close()
		f.sound.SetText(file.URI().Path())
	}, f.window)
	d.SetTitleText(f.cfg.Words.Say("window.settings.sound.choose"))
	d.SetFilter(storage.NewExtensionFileFilter([]string{".wav", ".mp3", ".ogg", ".flac"}))
	d.Show()
}
