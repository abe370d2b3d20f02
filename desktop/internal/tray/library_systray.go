//go:build !windows

package tray

import "fyne.io/systray"

// An item is an item of the menu as the desktop has it.
type item = systray.MenuItem

// A native is the icon as the desktop has it.
type native struct{}

func (native) setUp()         { systray.SetTitle(name) } // panels remember an icon's place by its first title
func (native) addItem() *item { return systray.AddMenuItem(name, "") }
func (native) addLine()       { systray.AddSeparator() }
func addBelow(i *item) *item  { return i.AddSubMenuItem(name, "") }

func (native) show(picture []byte, tooltip string) {
	systray.SetTooltip(tooltip)
	if len(picture) > 0 {
		systray.SetIcon(picture)
	}
}

func (native) notify(string, string) bool { return false }
