package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// An entry is a line to type into. Enter calls enter, and Escape calls escape.
type entry struct {
	widget.Entry
	escape func()
	paste  func(text string) bool // reports whether text is not to be inserted; nil: it is
}

func newEntry(placeHolder string, enter, escape func()) *entry {
	e := &entry{escape: escape}
	e.PlaceHolder = placeHolder
	e.OnSubmitted = func(string) { enter() }
	e.ExtendBaseWidget(e)
	return e
}

func newPasswordEntry(enter, escape func()) *entry {
	e := newEntry("", enter, escape)
	e.Password = true
	return e
}

// TypedKey implements fyne.Focusable.
func (e *entry) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		e.escape()
		return
	}
	e.Entry.TypedKey(key)
}

// TypedShortcut implements fyne.Shortcutable.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if paste, ok := s.(*fyne.ShortcutPaste); ok && e.paste != nil && e.paste(paste.Clipboard.Content()) {
		return
	}
	e.Entry.TypedShortcut(s)
}

func (f *Form) newEntry(placeHolder string) *entry { return newEntry(placeHolder, f.save, f.escape) }
