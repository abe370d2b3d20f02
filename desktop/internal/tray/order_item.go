package tray

import (
	"sync"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// clickDelay is how long an item ignores clicks after its order has changed: a person needs that
// long to see that something moved, and to hold the finger back. An ignored click costs a second
// one; a wrong click would silence an order that nobody has seen.
const clickDelay = 500 * time.Millisecond

// maxOrderLabel is how much of the publisher's text an item shows, in UTF-16 units: more would
// make the menu wider than half a till's screen.
const maxOrderLabel = 48

// An orderItem is a menu item for one order. The oldest order is in the first item, so orders
// move up when one before them is gone.
type orderItem struct {
	*menuItem

	mu    sync.Mutex
	key   ipc.Key
	since time.Time // when the desktop had been told of the order; zero: no order, or the desktop is being told
}

// setOrder puts an order into the item. Only the painting goroutine calls it.
func (o *orderItem) setOrder(label string, key ipc.Key) {
	if label == o.label && key == o.key {
		return
	}
	o.setKey(key, time.Time{}) // while the desktop is being told, nobody knows what it shows
	o.setLabel(label)
	o.setKey(key, time.Now())
}

func (o *orderItem) clear() {
	o.setKey(ipc.Key{}, time.Time{})
	o.setLabel("")
}

// setKey makes key the order that a click confirms. A click that waits was for the order before.
func (o *orderItem) setKey(key ipc.Key, since time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.key, o.since = key, since
	select {
	case <-o.item.ClickedCh:
	default:
	}
}

// clicked returns the order that a click at now confirms, and reports whether it is certain that
// the person saw this order.
func (o *orderItem) clicked(now time.Time) (ipc.Key, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.key, !o.since.IsZero() && now.Sub(o.since) >= clickDelay
}

func orderLabel(tr *i18n.Translator, c ipc.Card) string {
	text := join(" · ", line(string(c.Order)), line(c.Amount))
	return escape(tr.Text("tray.order", "Order", truncate(text, maxOrderLabel)))
}
