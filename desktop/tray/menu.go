package tray

import "fyne.io/systray"

// items are the menu, top to bottom. They are made once and only retitled: panels lose
// items that come and go.
type items struct {
	status, test, settings, quit *systray.MenuItem
}

func (t *Tray) buildMenu() {
	systray.SetTitle(name) // panels remember an icon's place by its first title
	t.items.status = item(faceOf(t.words, View{}).line)
	t.items.status.Disable()
	systray.AddSeparator()
	t.items.test = item(t.words.Say("tray.test"))
	t.items.settings = item(t.words.Say("tray.settings"))
	systray.AddSeparator()
	t.items.quit = item(t.words.Say("tray.quit"))
}

// item adds an item that keeps one click while an action runs. More are dropped: they are
// an impatient person's.
func item(label string) *systray.MenuItem {
	i := systray.AddMenuItem(label, "")
	i.ClickedCh = make(chan struct{}, 1) // without room, a click between two receives is lost
	return i
}

// clicks runs the actions until Quit.
func (t *Tray) clicks() {
	for {
		select {
		case <-t.items.test.ClickedCh:
			run(t.do.Test)
		case <-t.items.settings.ClickedCh:
			run(t.do.Settings)
		case <-t.items.quit.ClickedCh:
			run(t.do.Quit)
		case <-t.quit:
			return
		}
	}
}

func run(action func()) {
	if action != nil {
		action()
	}
}
