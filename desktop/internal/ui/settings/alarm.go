package settings

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ipc"
)

// alarm returns the page about how an order sounds and looks, with the test alarm.
func (f *Form) alarm() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	minutes := tr("window.settings.minutes")
	return rows(
		beside(
			f.field(fieldTune, tr("window.settings.sound"), container.NewBorder(nil, nil, nil,
				&widget.Button{Text: tr("window.settings.preview"), Icon: theme.MediaPlayIcon(), OnTapped: f.preview}, f.tune.input)),
			f.field(fieldVolume, tr("window.settings.volume"), f.volumeRow())),
		f.field(fieldSound, tr("window.settings.sound.own"), container.NewBorder(nil, nil, nil, container.NewHBox(
			&widget.Button{Text: tr("window.settings.sound.choose"), OnTapped: f.chooseSound},
			&widget.Button{Text: tr("window.settings.sound.built-in"), OnTapped: f.builtInSound},
		), f.sound)),
		beside(
			f.field(fieldRepeat, tr("window.settings.repeat"), withUnit(f.repeat, tr("window.settings.seconds"))),
			f.field(fieldRemind, tr("window.settings.remind"), withUnit(f.remind, minutes))),
		f.field(fieldAging, tr("window.settings.aging"), beside(
			withUnit(f.late, tr("window.settings.aging.late")), withUnit(f.veryLate, tr("window.settings.aging.very-late")))),
		f.testRow(),
	)
}

func (f *Form) testRow() fyne.CanvasObject {
	button := container.NewVBox(&widget.Button{Text: f.cfg.Translator.Text("window.settings.test"), Icon: theme.VolumeUpIcon(), OnTapped: f.tryOut})
	return container.New(&pairLayout{left: button.MinSize().Width}, button, f.test.root)
}

func (f *Form) builtInSound() { f.sound.SetText("") }

// chooseSound lets a person choose a file. The agent checks whether it can be played.
func (f *Form) chooseSound() {
	f.choose(f.sound, f.cfg.Translator.Text("window.settings.sound.choose"), ".wav", ".mp3", ".ogg", ".flac")
}

// preview asks the agent to play the chosen sound once, before it is saved.
func (f *Form) preview() {
	play := ipc.Play{Sound: ipc.OrderSound(f.tune.value()), File: strings.TrimSpace(f.sound.Text), Volume: f.volume.Value / 100}
	if f.digits.Checked {
		play.Digits = "1024" // a number that an order could have
	}
	f.send(ipc.FromUI{Preview: &play})
}

func (f *Form) tryOut() { f.send(ipc.FromUI{Test: true}) }

// Report shows the progress of the test alarm.
func (f *Form) Report(r ipc.TestReport) { f.test.show(r) }
