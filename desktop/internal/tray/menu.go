package tray

import (
	"strconv"
	"sync"
	"time"

	"jumun/desktop/internal/i18n"
)

// maxMenuOrders is how many orders the menu shows, so that it fits on a till's screen of 768
// pixels. The others are counted in an item that leads to the history.
const maxMenuOrders = 10

// pauses are how long all sounds can be paused from the menu, in minutes.
var pauses = [...]int{10, 30, 60}

// A menu has the items, top to bottom. They are created once, and only shown, hidden and
// retitled after that: panels lose items that come and go.
type menu struct {
	status         *menuItem
	orders         [maxMenuOrders]*orderItem
	more, history  *menuItem
	pause          *menuItem // has minutes as its submenu
	minutes        [len(pauses)]*menuItem
	resume         *menuItem // in place of pause
	test, settings *menuItem
	about, quit    *menuItem
}

// buildMenu creates the items. The first paint gives them their labels.
func (t *Tray) buildMenu() {
	t.native.setUp()
	m := &t.menu
	m.status = newMenuItem(t.native.addItem())
	m.status.item.Disable()
	for n := range m.orders {
		m.orders[n] = &orderItem{menuItem: newHiddenItem(t.native.addItem())}
	}
	m.more = newHiddenItem(t.native.addItem())
	t.native.addLine()
	m.history = newMenuItem(t.native.addItem())
	m.pause = newMenuItem(t.native.addItem())
	for n := range m.minutes {
		m.minutes[n] = newMenuItem(addBelow(m.pause.item))
	}
	m.resume = newHiddenItem(t.native.addItem())
	m.test = newMenuItem(t.native.addItem())
	m.settings = newMenuItem(t.native.addItem())
	m.about = newMenuItem(t.native.addItem())
	t.native.addLine()
	m.quit = newMenuItem(t.native.addItem())
}

// update gives the items the labels for v.
func (m *menu) update(tr *i18n.Translator, v View, status string) {
	m.status.setLabel(status)
	for n, o := range m.orders {
		if n < len(v.Orders) {
			o.setOrder(orderLabel(tr, v.Orders[n]), v.Orders[n].Key)
		} else {
			o.clear()
		}
	}
	m.more.setLabel(moreLabel(tr, v))
	m.history.setLabel(tr.Text("tray.history"))
	for n, i := range m.minutes {
		i.setLabel(tr.Text("tray.minutes", "N", pauses[n]))
	}
	if v.Paused.IsZero() {
		m.pause.setLabel(tr.Text("tray.pause"))
		m.resume.setLabel("")
	} else {
		m.resume.setLabel(tr.Text("tray.resume", "Until", v.Paused.Local().Format("15:04")))
		m.pause.setLabel("")
	}
	m.test.setLabel(tr.Text("tray.test"))
	m.settings.setLabel(tr.Text("tray.settings"))
	m.about.setLabel(tr.Text("tray.about"))
	m.quit.setLabel(tr.Text("tray.quit"))
}

// moreLabel tells how many orders wait beyond those in the menu; "" if there are none.
func moreLabel(tr *i18n.Translator, v View) string {
	beyond := v.Waiting - len(v.Orders)
	if len(v.Orders) == 0 || beyond <= 0 {
		return ""
	}
	return tr.Text("tray.more", "N", strconv.Itoa(beyond))
}

// listen runs the actions of clicked items until Quit.
func (t *Tray) listen(wait *sync.WaitGroup) {
	m := &t.menu
	for _, o := range m.orders {
		t.onClick(wait, o.menuItem, func() { t.confirm(o) })
	}
	for n, i := range m.minutes {
		t.onClick(wait, i, func() { t.pause(time.Duration(pauses[n]) * time.Minute) })
	}
	t.onClick(wait, m.resume, func() { t.pause(0) })
	t.onClick(wait, m.more, func() { t.run(t.actions.History) })
	t.onClick(wait, m.history, func() { t.run(t.actions.History) })
	t.onClick(wait, m.test, func() { t.run(t.actions.Test) })
	t.onClick(wait, m.settings, func() { t.run(t.actions.Settings) })
	t.onClick(wait, m.about, func() { t.run(t.actions.About) })
	t.onClick(wait, m.quit, func() { t.run(t.actions.Quit) })
}

func (t *Tray) onClick(wait *sync.WaitGroup, i *menuItem, do func()) {
	wait.Go(func() {
		for {
			select {
			case <-i.item.ClickedCh:
				do()
			case <-t.quit:
				return
			}
		}
	})
}

// run runs an action after the one that runs now.
func (t *Tray) run(action func()) {
	t.running.Lock()
	defer t.running.Unlock()
	action()
}

func (t *Tray) pause(d time.Duration) { t.run(func() { t.actions.Pause(d) }) }

// confirm reads the order of the item before it waits for another action: after that, the item
// may have another order.
func (t *Tray) confirm(o *orderItem) {
	if key, ok := o.clicked(time.Now()); ok {
		t.run(func() { t.actions.Confirm(key) })
	}
}
