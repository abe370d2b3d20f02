package tray

import "fyne.io/systray"

// An entry is an item of the menu, and what the desktop was told of it last.
type menuItem struct {
	item  *systray.MenuItem
	label string // empty: it is hidden
}

// newEntry keeps one click while an action runs. More are dropped: they are an impatient
// person's.
func newMenuItem(i *systray.MenuItem) *menuItem {
	i.ClickedCh = make(chan struct{}, 1) // without room, a click between two receives is lost
	return &menuItem{item: i, label: name}
}

func newHiddenItem(i *systray.MenuItem) *menuItem {
	e := newMenuItem(i)
	e.setLabel("")
	return e
}

// put makes the item read label; without one it is hidden. A hidden item is never retitled:
// Windows would show it.
func (e *menuItem) setLabel(label string) {
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
