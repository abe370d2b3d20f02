package settings

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/screen"
)

// A pinForm asks for the PIN.
type pinForm struct {
	root  *fyne.Container
	entry *entry
	wrong *widget.Label
	onPIN func(pin string)
}

func newPINForm(tr *i18n.Translator, title string, onPIN func(pin string), cancel func()) *pinForm {
	p := &pinForm{
		onPIN: onPIN,
		wrong: &widget.Label{Importance: widget.DangerImportance, SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord},
	}
	p.entry = newPasswordEntry(p.submit)
	p.root = newQuestion(newBox(heading(title), p.entry, tight(p.wrong), answers(
		&widget.Button{Text: tr.Text("window.pin.ok"), OnTapped: p.submit, Importance: widget.HighImportance},
		&widget.Button{Text: tr.Text("window.settings.cancel"), OnTapped: cancel})))
	return p
}

// submit passes on the typed PIN, and clears the entry: every attempt counts.
func (p *pinForm) submit() {
	pin := strings.TrimSpace(p.entry.Text)
	if pin == "" {
		return
	}
	p.entry.SetText("")
	p.onPIN(pin)
}

// setWrong shows why the last PIN was not accepted.
func (p *pinForm) setWrong(why string) { p.wrong.SetText(why) }

func (f *Form) unlock(pin string) { f.send(ipc.FromUI{UnlockPIN: &pin}) }

// setLocked shows either the PIN's form or the settings.
func (f *Form) setLocked(locked bool) {
	if locked {
		f.show(f.lock.root)
		return
	}
	f.show(f.body)
}

// A PINWindow asks for the PIN that ends jumun, or whether to end it. Closing it keeps jumun running; the agent
// is not told.
type PINWindow struct {
	window fyne.Window
	cfg    Config
	form   *pinForm
	sure   *fyne.Container // the question if there is no PIN
	shown  bool
}

// NewPINWindow makes the window in w, which is not shown yet.
func NewPINWindow(w fyne.Window, cfg Config, send func(ipc.FromUI)) *PINWindow {
	quit := func(pin string) { send(ipc.FromUI{QuitPIN: &pin}) }
	tr := cfg.Translator.Text
	p := &PINWindow{window: w, cfg: cfg, form: newPINForm(cfg.Translator, tr("window.pin.quit"), quit, w.Close)}
	// No button has the focus: the Enter of a barcode scanner would press it.
	p.sure = newQuestion(newBox(layout.NewSpacer(), heading(tr("window.quit.sure")), hint(tr("window.quit.pause", "Pause", tr("tray.pause"))), answers(
		&widget.Button{Text: tr("tray.quit"), OnTapped: func() { quit("") }},
		&widget.Button{Text: tr("window.settings.cancel"), OnTapped: w.Close, Importance: widget.HighImportance}), layout.NewSpacer()))
	w.SetContent(container.New(marginLayout{}, container.NewStack(p.form.root, p.sure)))
	w.SetFixedSize(true)
	return p
}

// Ask shows the window, and what was wrong with the last PIN.
func (p *PINWindow) Ask(a ipc.AskPIN) {
	p.form.setWrong(a.Wrong)
	p.sure.Hidden, p.form.root.Hidden = !a.None, a.None
	p.window.Content().Refresh()
	p.cfg.aside(p.window)
	p.window.Show()
	p.cfg.aside(p.window)
	if !p.shown {
		p.shown = true
		screen.OnEscape(p.window, p.window.Close)
	}
	p.window.RequestFocus()
	if !a.None {
		p.window.Canvas().Focus(p.form.entry)
	}
}
