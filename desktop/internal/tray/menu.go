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
const maxOrders = 10

// pauses are how long all sounds can be paused from the menu, in minutes.
var pauses = [...]int{10, 30, 60}

// items are the menu, top to bottom. They are made once and only shown, hidden and
// retitled: panels lose items that come and go.
type items struct {
	status         *entry
	orders         [maxOrders]*slot
	more, history  *entry
	pause          *entry // has minutes below it
	minutes        [len(pauses)]*entry
	resume         *entry // in place of pause
	test, settings *entry
	about, quit    *entry
}

// buildMenu makes the items; what they say comes with the first paint.
func (t *Tray) buildMenu() {
	systray.SetTitle(name) // panels remember an icon's place by its first title
	i := &t.items
	i.status = newEntry(systray.AddMenuItem(name, ""))
	i.status.item.Disable()
	for n := range i.orders {
		i.orders[n] = &slot{entry: hidden(systray.AddMenuItem(name, ""))}
	}
	i.more = hidden(systray.AddMenuItem(name, ""))
	systray.AddSeparator()
	i.history = newEntry(systray.AddMenuItem(name, ""))
	i.pause = newEntry(systray.AddMenuItem(name, ""))
	for n := range i.minutes {
		i.minutes[n] = newEntry(i.pause.item.AddSubMenuItem(name, ""))
	}
	i.resume = hidden(systray.AddMenuItem(name, ""))
	i.test = newEntry(systray.AddMenuItem(name, ""))
	i.settings = newEntry(systray.AddMenuItem(name, ""))
	i.about = newEntry(systray.AddMenuItem(name, ""))
	systray.AddSeparator()
	i.quit = newEntry(systray.AddMenuItem(name, ""))
}

// put makes the menu that of v.
func (i *items) put(w *i18n.Translator, v View, line string) {
	i.status.put(line)
	for n, s := range i.orders {
		if n < len(v.Orders) {
			s.give(orderLabel(w, v.Orders[n]), v.Orders[n].Key)
		} else {
			s.clear()
		}
	}
	i.more.put(moreLabel(w, v))
	i.history.put(w.Text("tray.history"))
	for n, e := range i.minutes {
		e.put(w.Text("tray.minutes", "N", pauses[n]))
	}
	if v.Paused.IsZero() {
		i.pause.put(w.Text("tray.pause"))
		i.resume.put("")
	} else {
		i.resume.put(w.Text("tray.resume", "Until", v.Paused.Local().Format("15:04")))
		i.pause.put("")
	}
	i.test.put(w.Text("tray.test"))
	i.settings.put(w.Text("tray.settings"))
	i.about.put(w.Text("tray.about"))
	i.quit.put(w.Text("tray.quit"))
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
	i := &t.items
	for _, s := range i.orders {
		t.on(wait, s.entry, func() { t.confirm(s) })
	}
	for n, e := range i.minutes {
		t.on(wait, e, func() { t.pause(time.Duration(pauses[n]) * time.Minute) })
	}
	t.on(wait, i.resume, func() { t.pause(0) })
	t.on(wait, i.more, func() { t.act(t.do.History) })
	t.on(wait, i.history, func() { t.act(t.do.History) })
	t.on(wait, i.test, func() { t.act(t.do.Test) })
	t.on(wait, i.settings, func() { t.act(t.do.Settings) })
	t.on(wait, i.about, func() { t.act(t.do.About) })
	t.on(wait, i.quit, func() { t.act(t.do.Quit) })
}

func (t *Tray) on(wait *sync.WaitGroup, e *entry, do func()) {
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

func (t *Tray) act(action func()) {
	if action != nil {
		t.acting.Lock()
		defer t.acting.Unlock()
		action()
	}
}

func (t *Tray) pause(d time.Duration) {
	if t.do.Pause != nil {
		t.act(func() { t.do.Pause(d) })
	}
}

// confirm says whose order it is before it waits for another action: by then, the slot may
// have another.
func (t *Tray) confirm(s *slot) {
	if key, ok := s.clicked(time.Now()); ok && t.do.Confirm != nil {
		t.act(func() { t.do.Confirm(key) })
	}
}
