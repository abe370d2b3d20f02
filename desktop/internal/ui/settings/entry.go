package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// An entry is a line to type into. Enter calls enter.
type entry struct {
	widget.Entry
	paste func(text string) bool // reports whether text is not to be inserted; nil: it is
}

func newEntry(placeHolder string, enter func()) *entry {
	e := &entry{}
	e.PlaceHolder = placeHolder
	e.OnSubmitted = func(string) { enter() }
	e.ExtendBaseWidget(e)
	return e
}

func newPasswordEntry(enter func()) *entry {
	e := newEntry("", enter)
	e.Password = true
	return e
}

// TypedShortcut implements fyne.Shortcutable.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if paste, ok := s.(*fyne.ShortcutPaste); ok && e.paste != nil && e.paste(paste.Clipboard.Content()) {
		return
	}
	e.Entry.TypedShortcut(s)
}

func (f *Form) newEntry(placeHolder string) *entry { return newEntry(placeHolder, f.save) }
