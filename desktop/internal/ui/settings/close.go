package settings

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// newAsk returns what a person is asked who closes the window with changes that are not saved. None
// of its buttons has the focus: the Enter of a barcode scanner would press it.
func (f *Form) newAsk() *fyne.Container {
	tr := f.cfg.Translator.Text
	return newQuestion(newBox(
		heading(tr("window.settings.unsaved")),
		answers(&widget.Button{Text: tr("window.settings.save"), OnTapped: f.saveAfterAll, Importance: widget.HighImportance},
			&widget.Button{Text: tr("window.settings.unsaved.discard"), OnTapped: f.window.Close}),
		answers(&widget.Button{Text: tr("window.settings.unsaved.keep"), OnTapped: f.keepTyping}),
	))
}

// close closes the window, but asks first if it would lose what a person has typed.
func (f *Form) close() {
	switch {
	case f.ask.Visible():
	case f.unsaved():
		f.left = f.window.Canvas().Focused()
		f.show(f.ask)
	default:
		f.window.Close()
	}
}

// escape is close, or takes back the question that close asked.
func (f *Form) escape() {
	if f.ask.Visible() {
		f.keepTyping()
		return
	}
	f.close()
}

// keepTyping shows the settings again, where the person left them.
func (f *Form) keepTyping() {
	f.show(f.body)
	if f.left != nil {
		f.window.Canvas().Focus(f.left)
	}
}

func (f *Form) saveAfterAll() {
	f.keepTyping()
	f.save()
}

// unsaved reports whether the fields hold something that was neither stored nor sent to be paired.
func (f *Form) unsaved() bool {
	if !f.body.Visible() || !f.filled || f.saveButton.Disabled() {
		return false
	}
	return f.settings() != f.opened || strings.TrimSpace(f.code.Text) != "" || f.pin.typed() != nil
}

// show shows one part of the window: the settings, the PIN's form or a question. Keys do not reach
// what was shown before.
func (f *Form) show(part *fyne.Container) {
	if !part.Visible() {
		f.window.Canvas().Unfocus()
	}
	for _, p := range []*fyne.Container{f.body, f.lock.root, f.ask, f.shop.root} {
		p.Hidden = p != part
		p.Refresh()
	}
}
