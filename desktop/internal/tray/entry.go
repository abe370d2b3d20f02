package tray

import "fyne.io/systray"

// An entry is an item of the menu, and what the desktop was told of it last.
type entry struct {
	item  *systray.MenuItem
	label string // empty: it is hidden
}

// newEntry keeps one click while an action runs. More are dropped: they are an impatient
// person's.
func newEntry(i *systray.MenuItem) *entry {
	i.ClickedCh = make(chan struct{}, 1) // without room, a click between two receives is lost
	return &entry{item: i, label: name}
}

func hidden(i *systray.MenuItem) *entry {
	e := newEntry(i)
	e.put("")
	return e
}

// put makes the item read label; without one it is hidden. A hidden item is never retitled:
// Windows would show it.
func (e *entry) put(label string) {
	switch {
	case label == e.label:
		return
	case label == "":
		e.item.Hide()
	default:
		e.item.SetTitle(label)
		if e.label == "" {
			e.item.Show()
		}
	}
	e.label = label
}
