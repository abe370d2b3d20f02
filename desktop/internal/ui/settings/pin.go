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
)

// A pinForm asks for the PIN.
type pinForm struct {
	root  *fyne.Container
	entry *widget.Entry
	wrong *widget.Label
	take  func(pin string)
}

func newPINForm(tr *i18n.Translator, title string, take func(pin string), cancel func()) *pinForm {
	p := &pinForm{
		entry: widget.NewPasswordEntry(), take: take,
		wrong: &widget.Label{Importance: widget.DangerImportance, SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord},
	}
	p.entry.OnSubmitted = func(string) { p.submit() }
	const width, height = 320, 170
	p.root = container.NewCenter(container.NewGridWrap(fyne.NewSize(width, height), container.NewVBox(
		heading(title), p.entry, tight(p.wrong),
		container.NewGridWithColumns(2,
			&widget.Button{Text: tr.Text("window.pin.ok"), OnTapped: p.submit, Importance: widget.HighImportance},
			&widget.Button{Text: tr.Text("window.settings.cancel"), OnTapped: cancel}),
	)))
	return p
}

// submit hands over what was typed, once: an attempt counts.
func (p *pinForm) submit() {
	pin := strings.TrimSpace(p.entry.Text)
	if pin == "" {
		return
	}
	p.entry.SetText("")
	p.take(pin)
}

// blame says why the last PIN was not taken.
func (p *pinForm) blame(why string) { p.wrong.SetText(why) }

func (f *Form) unlock(pin string) { f.send(ipc.FromUI{UnlockPIN: &pin}) }

// setLocked shows the PIN's form and nothing of the settings, or the other way round.
func (f *Form) setLocked(locked bool) {
	f.body.Hidden, f.lock.root.Hidden = locked, !locked
	f.body.Refresh()
	f.lock.root.Refresh()
}

func (f *Form) focusLock() {
	if f.lock.root.Visible() {
		f.window.Canvas().Focus(f.lock.entry)
	}
}

// A pinWindow asks for the PIN that ends jumun. Closing it says that nobody wants to any
// more, and tells nobody.
type PINWindow struct {
	window fyne.Window
	form   *pinForm
}

func NewPINWindow(w fyne.Window, tr *i18n.Translator, send func(ipc.FromUI)) *PINWindow {
	quit := func(pin string) { send(ipc.FromUI{QuitPIN: &pin}) }
	p := &PINWindow{w, newPINForm(tr, tr.Text("window.pin.quit"), quit, w.Close)}
	w.SetContent(container.New(layout.NewCustomPaddedLayout(formMarginY, 0, formMarginX, formMarginX), p.form.root))
	w.SetFixedSize(true)
	return p
}

// ask shows the window, and what was wrong with the last PIN.
func (p *PINWindow) Ask(a ipc.AskPIN) {
	p.form.blame(a.Wrong)
	standAside(p.window)
	p.window.Show()
	standAside(p.window)
	p.window.RequestFocus()
	p.window.Canvas().Focus(p.form.entry)
}
