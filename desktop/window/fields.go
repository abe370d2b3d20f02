package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// content stands in the order in which Tab goes through it. Short fields share a row:
// with the advanced ones all must fit in 720 pixels, a small till's screen without panels.
func (f *form) content() fyne.CanvasObject {
	say := f.cfg.Words.Say
	f.advanced = widget.NewAccordion(widget.NewAccordionItem(say("window.settings.advanced"), f.advancedFields()))
	return container.New(layout.NewCustomPaddedLayout(14, 18, 20, 20), container.NewBorder(f.notice, f.footer(), nil, nil,
		container.New(layout.NewCustomPaddedVBoxLayout(0),
			f.field(fieldServer, say("window.settings.server"), f.server),
			container.NewGridWithColumns(2,
				f.field(fieldMart, say("window.settings.mart"), f.mart),
				f.field(fieldCode, say("window.settings.code"), f.code)),
			container.NewGridWithColumns(2,
				f.field(fieldDevice, say("window.settings.device"), f.device),
				f.field(fieldVolume, say("window.settings.volume"), f.volumeRow())),
			f.field(fieldSound, say("window.settings.sound"), container.NewBorder(nil, nil, nil, container.NewHBox(
				&widget.Button{Text: say("window.settings.sound.choose"), OnTapped: f.chooseSound},
				&widget.Button{Text: say("window.settings.sound.built-in"), OnTapped: f.builtInSound},
			), f.sound)),
			container.NewHBox(&widget.Button{Text: say("window.settings.test"), Icon: theme.VolumeUpIcon(), OnTapped: f.test}),
			f.advanced,
		),
	))
}

// advancedFields are for whoever runs the server.
func (f *form) advancedFields() fyne.CanvasObject {
	say := f.cfg.Words.Say
	return container.New(layout.NewCustomPaddedVBoxLayout(0),
		f.insecure, tight(f.problems[fieldInsecure]),
		f.field(fieldCA, say("window.settings.ca"), container.NewBorder(nil, nil, nil,
			&widget.Button{Text: say("window.settings.ca.choose"), OnTapped: f.chooseCA}, f.ca)))
}

// field is one setting: its name, what it is typed into, and what is wrong with it.
// The place for a problem is always there, so that nothing jumps while one types.
func (f *form) field(name, title string, input fyne.CanvasObject) fyne.CanvasObject {
	below := fyne.CanvasObject(f.problems[name])
	if name == fieldCode {
		below = container.NewStack(f.paired, below)
	}
	return container.New(layout.NewCustomPaddedVBoxLayout(0),
		tight(&widget.Label{Text: title, TextStyle: fyne.TextStyle{Bold: true}}), input, tight(below))
}

func tight(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(-5, -5, 0, 0), o)
}

func (f *form) volumeRow() fyne.CanvasObject {
	return container.NewBorder(nil, nil, nil, f.percentBox(),
		container.NewThemeOverride(f.volume, sliderTheme{fyne.CurrentApp().Settings().Theme()}))
}

// percentBox is as wide as its widest text, so that the slider keeps still.
func (f *form) percentBox() fyne.CanvasObject {
	width := widget.NewLabel("100%").MinSize()
	return container.NewStack(container.NewGridWrap(width, &canvas.Rectangle{}), f.percent)
}

func (f *form) footer() fyne.CanvasObject {
	say := f.cfg.Words.Say
	version := &widget.Label{Text: say("window.settings.version", "Version", f.cfg.Version),
		Importance: widget.LowImportance, SizeName: theme.SizeNameCaptionText}
	return container.New(layout.NewCustomPaddedLayout(20, 0, 0, 0), container.NewBorder(nil, nil, version,
		container.NewGridWrap(fyne.NewSize(232, 44), container.NewGridWithColumns(2,
			&widget.Button{Text: say("window.settings.cancel"), OnTapped: f.window.Close}, f.saveButton,
		))))
}

func (f *form) builtInSound() { f.sound.SetText("") }

// chooseSound lets a person pick a file. The agent finds out whether it can be played.
func (f *form) chooseSound() {
	f.choose(f.sound, f.cfg.Words.Say("window.settings.sound.choose"), ".wav", ".mp3", ".ogg", ".flac")
}

// chooseCA lets a person pick a file. The agent finds out whether it has authorities.
func (f *form) chooseCA() {
	f.choose(f.ca, f.cfg.Words.Say("window.settings.ca.choose"), ".pem", ".crt", ".cer")
}

// choose lets a person pick a file of such a kind, and types its path.
func (f *form) choose(into *widget.Entry, title string, kinds ...string) {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil { // unreadable, or they changed their mind
			return
		}
		file.Close()
		into.SetText(file.URI().Path())
	}, f.window)
	d.SetTitleText(title)
	d.SetFilter(storage.NewExtensionFileFilter(kinds))
	d.Show()
}
