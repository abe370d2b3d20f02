package tray

// A menuItem is an item of the menu, and its label as the desktop was told last.
type menuItem struct {
	item  *item
	label string // "": the item is hidden
}

// newMenuItem returns an item that is shown. It holds one click while an action runs, and drops
// more: they are an impatient person's.
func newMenuItem(i *item) *menuItem {
	i.ClickedCh = make(chan struct{}, 1) // without a buffer, a click between two receives is lost
	return &menuItem{item: i, label: name}
}

func newHiddenItem(i *item) *menuItem {
	hidden := newMenuItem(i)
	hidden.setLabel("")
	return hidden
}

// setLabel changes the label; "" hides the item. A hidden item is never retitled: some
// desktops would show it.
func (i *menuItem) setLabel(label string) {
	switch {
	case label == i.label:
		return
	case label == "":
		i.item.Hide()
	default:
		i.item.SetTitle(label)
		if i.label == "" {
			i.item.Show()
		}
	}
	i.label = label
}
