package tray

import (
	"strconv"
	"sync"
	"time"

	"fyne.io/systray"

	"jumun/desktop/internal/i18n"
)

// maxOrders is how many orders the menu has, so that it fits on a till's screen of 768
// pixels. What is beyond is counted, and leads to the history.
const maxMenuOrders = 10

// pauses are how long all sounds can be paused from the menu, in minutes.
var pauses = [...]int{10, 30, 60}

// items are the menu, top to bottom. They are made once and only shown, hidden and
// retitled: panels lose items that come and go.
type menu struct {
	status         *menuItem
	orders         [maxMenuOrders]*orderItem
	more, history  *menuItem
	pause          *menuItem // has minutes below it
	minutes        [len(pauses)]*menuItem
	resume         *menuItem // in place of pause
	test, settings *menuItem
	about, quit    *menuItem
}

// buildMenu makes the items; what they say comes with the first paint.
func (t *Tray) buildMenu() {
	systray.SetTitle(name) // panels remember an icon's place by its first title
	i := &t.menu
	i.status = newMenuItem(systray.AddMenuItem(name, ""))
	i.status.item.Disable()
	for n := range i.orders {
		i.orders[n] = &orderItem{menuItem: newHiddenItem(systray.AddMenuItem(name, ""))}
	}
	i.more = newHiddenItem(systray.AddMenuItem(name, ""))
	systray.AddSeparator()
	i.history = newMenuItem(systray.AddMenuItem(name, ""))
	i.pause = newMenuItem(systray.AddMenuItem(name, ""))
	for n := range i.minutes {
		i.minutes[n] = newMenuItem(i.pause.item.AddSubMenuItem(name, ""))
	}
	i.resume = newHiddenItem(systray.AddMenuItem(name, ""))
	i.test = newMenuItem(systray.AddMenuItem(name, ""))
	i.settings = newMenuItem(systray.AddMenuItem(name, ""))
	i.about = newMenuItem(systray.AddMenuItem(name, ""))
	systray.AddSeparator()
	i.quit = newMenuItem(systray.AddMenuItem(name, ""))
}

// put makes the menu that of v.
func (i *menu) update(w *i18n.Translator, v View, line string) {
	i.status.setLabel(line)
	for n, s := range i.orders {
		if n < len(v.Orders) {
			s.setOrder(orderLabel(w, v.Orders[n]), v.Orders[n].Key)
		} else {
			s.clear()
		}
	}
	i.more.setLabel(moreLabel(w, v))
	i.history.setLabel(w.Text("tray.history"))
	for n, e := range i.minutes {
		e.setLabel(w.Text("tray.minutes", "N", pauses[n]))
	}
	if v.Paused.IsZero() {
		i.pause.setLabel(w.Text("tray.pause"))
		i.resume.setLabel("")
	} else {
		i.resume.setLabel(w.Text("tray.resume", "Until", v.Paused.Local().Format("15:04")))
		i.pause.setLabel("")
	}
	i.test.setLabel(w.Text("tray.test"))
	i.settings.setLabel(w.Text("tray.settings"))
	i.about.setLabel(w.Text("tray.about"))
	i.quit.setLabel(w.Text("tray.quit"))
}

// moreLabel says how many orders wait beyond those in the menu; empty: none.
func moreLabel(w *i18n.Translator, v View) string {
	beyond := v.Waiting - len(v.Orders)
	if len(v.Orders) == 0 || beyond <= 0 {
		return ""
	}
	return w.Text("tray.more", "N", strconv.Itoa(beyond))
}

// listen runs the actions until Quit.
func (t *Tray) listen(wait *sync.WaitGroup) {
	i := &t.menu
	for _, s := range i.orders {
		t.on(wait, s.menuItem, func() { t.confirm(s) })
	}
	for n, e := range i.minutes {
		t.on(wait, e, func() { t.pause(time.Duration(pauses[n]) * time.Minute) })
	}
	t.on(wait, i.resume, func() { t.pause(0) })
	t.on(wait, i.more, func() { t.run(t.actions.History) })
	t.on(wait, i.history, func() { t.run(t.actions.History) })
	t.on(wait, i.test, func() { t.run(t.actions.Test) })
	t.on(wait, i.settings, func() { t.run(t.actions.Settings) })
	t.on(wait, i.about, func() { t.run(t.actions.About) })
	t.on(wait, i.quit, func() { t.run(t.actions.Quit) })
}

func (t *Tray) on(wait *sync.WaitGroup, e *menuItem, do func()) {
	wait.Go(func() {
		for {
			select {
			case <-e.item.ClickedCh:
				do()
			case <-t.quit:
				return
			}
		}
	})
}

func (t *Tray) run(action func()) {
	if action != nil {
		t.running.Lock()
		defer t.running.Unlock()
		action()
	}
}

func (t *Tray) pause(d time.Duration) {
	if t.actions.Pause != nil {
		t.run(func() { t.actions.Pause(d) })
	}
}

// confirm says whose order it is before it waits for another action: by then, the slot may
// have another.
func (t *Tray) confirm(s *orderItem) {
	if key, ok := s.clicked(time.Now()); ok && t.actions.Confirm != nil {
		t.run(func() { t.actions.Confirm(key) })
	}
}
