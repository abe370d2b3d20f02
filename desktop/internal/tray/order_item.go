package tray

import (
	"sync"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// settle is how long a slot takes no click after its order has changed: what a person
// needs to see that something moved, and to hold the finger back. A click that is not taken
// costs a second one; a wrong one would silence an order that nobody has seen.
const clickDelay = 500 * time.Millisecond

// longestOrder is how much of a publisher's words an item has, in UTF-16 units: a menu as
// wide as half a till's screen.
const maxOrderLabel = 48

// A slot is a place in the menu for one order: the oldest is in the first slot, so orders
// move up when one before them is gone.
type orderItem struct {
	*menuItem

	mu    sync.Mutex
	key   ipc.Key
	since time.Time // when the desktop had been told of the order; zero: there is none to confirm
}

// give puts an order into the slot.
func (s *orderItem) setOrder(label string, key ipc.Key) {
	if label == s.label && key == s.key { // only this goroutine writes them
		return
	}
	s.setKey(key, time.Time{}) // while the desktop is being told, nobody knows what it shows
	s.setLabel(label)
	s.setKey(key, time.Now())
}

func (s *orderItem) clear() {
	s.setKey(ipc.Key{}, time.Time{})
	s.setLabel("")
}

// hold makes key what a click confirms. A click that waits was for the order before.
func (s *orderItem) setKey(key ipc.Key, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key, s.since = key, since
	select {
	case <-s.item.ClickedCh:
	default:
	}
}

// clicked says which order a click at now confirms, if it is certain what was clicked.
func (s *orderItem) clicked(now time.Time) (ipc.Key, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key, !s.since.IsZero() && now.Sub(s.since) >= clickDelay
}

func orderLabel(w *i18n.Translator, c ipc.Card) string {
	what := join(" · ", oneLine(string(c.Order)), oneLine(c.Amount))
	return escape(w.Text("tray.order", "Order", truncate(what, maxOrderLabel)))
}
