package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// An entry is a line to type into. Enter calls enter, and Escape calls escape.
type entry struct {
	widget.Entry
	escape func()
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

func (f *Form) newEntry(placeHolder string) *entry { return newEntry(placeHolder, f.save, f.escape) }
