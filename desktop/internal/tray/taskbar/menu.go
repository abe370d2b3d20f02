//go:build windows

package taskbar

import (
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A Menu is what a click on the icon opens. The zero Menu is empty. It is safe for concurrent use.
type Menu struct {
	mu    sync.Mutex
	items []*Item
}

// An Item is a line of a menu.
type Item struct {
	ClickedCh chan struct{} // gets a click if there is room

	mu       sync.Mutex
	title    string // "": a line between items
	hidden   bool
	disabled bool
	changes  int // how often the title has changed
	below    Menu
}

// AddItem adds an item at the end.
func (m *Menu) AddItem(title string) *Item {
	i := &Item{title: title}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.items = append(m.items, i)
	return i
}

// AddLine adds a line at the end.
func (m *Menu) AddLine() { m.AddItem("") }

// AddItem adds an item to a menu beside i.
func (i *Item) AddItem(title string) *Item { return i.below.AddItem(title) }

// SetTitle changes what the item says, from the next opening of the menu on.
func (i *Item) SetTitle(title string) { i.change(func() { i.title = title; i.changes++ }) }

// Hide leaves the item out of the menu.
func (i *Item) Hide() { i.change(func() { i.hidden = true; i.changes++ }) }

// Show takes Hide back.
func (i *Item) Show() { i.change(func() { i.hidden = false }) }

// Disable makes the item grey.
func (i *Item) Disable() { i.change(func() { i.disabled = true }) }

func (i *Item) change(f func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f()
}

// An offer is an item as an open menu shows it.
type offer struct {
	item    *Item
	changes int
}

// take passes a click on. The item may have become another one while the menu was open: then
// the click was not for it.
func (o offer) take() {
	o.item.mu.Lock()
	defer o.item.mu.Unlock()
	if o.item.changes != o.changes || o.item.hidden {
		return
	}
	select {
	case o.item.ClickedCh <- struct{}{}:
	default:
	}
}

// open shows the menu at a point of the screen, and passes on what a person chooses.
func (m *Menu) open(window windows.HWND, x, y int32) {
	var offers []offer
	menu := m.build(&offers)
	defer destroyMenu.Call(menu)
	setForegroundWindow.Call(uintptr(window)) // or it stays open when a person clicks elsewhere
	chosen, _, _ := trackPopupMenu.Call(menu, tpmReturnCmd|tpmNoNotify|tpmRightButton, uintptr(x), uintptr(y), 0, uintptr(window), 0)
	postMessage.Call(uintptr(window), wmNull, 0, 0) // or the next opening closes at once (TrackPopupMenu, "Remarks")
	if n := int(chosen) - 1; n >= 0 && n < len(offers) {
		offers[n].take()
	}
}

// build makes a menu of Windows. The ID of an item is its place in offers, counted from 1.
func (m *Menu) build(offers *[]offer) (menu uintptr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	menu, _, _ = createPopupMenu.Call()
	for _, i := range m.items {
		i.addTo(menu, offers)
	}
	return menu
}

func (i *Item) addTo(menu uintptr, offers *[]offer) {
	i.mu.Lock()
	defer i.mu.Unlock()
	title, err := windows.UTF16PtrFromString(i.title)
	if i.hidden || err != nil {
		return
	}
	flags, id := uintptr(mfString), uintptr(0)
	switch {
	case i.title == "":
		flags = mfSeparator
	case len(i.below.items) > 0:
		flags, id = mfPopup, i.below.build(offers)
	default:
		*offers = append(*offers, offer{i, i.changes})
		id = uintptr(len(*offers))
	}
	if i.disabled {
		flags |= mfGrayed
	}
	appendMenu.Call(menu, flags, id, uintptr(unsafe.Pointer(title)))
}
