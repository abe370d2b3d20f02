package agent

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
)

// undoTime is how long the popup offers to take a confirmation back, where the card was: long enough
// to see which one it was, and short enough not to stand in the way. The history offers it for longer.
const undoTime = 5 * time.Second

// An undo is the last confirmation here, which a person may take back.
type undo struct {
	orders []orders.Key
	until  time.Time // until then the popup shows it
	line   ipc.Undo
	count  int // of all that were offered
}

// offerUndo makes the popup offer to take the confirmation of these cards back. What was withdrawn
// stays so.
func (a *Agent) offerUndo(keys []ipc.Key) {
	a.undo.orders = nil
	number := ipc.Key{}
	for _, k := range keys {
		if k.Kind == ipc.CardOrder {
			a.undo.orders, number = append(a.undo.orders, orderKey(k)), k
		}
	}
	line := ipc.Undo{Text: a.Translator.Text("undo.orders", "N", len(a.undo.orders))}
	if len(a.undo.orders) == 1 {
		line.Text, line.Key = a.Translator.Text("undo.order", "Order", number.Order), number
	}
	a.undo.count++
	line.N = a.undo.count
	a.showUndo(line)
}

// showUndo makes the popup show a line for a while.
func (a *Agent) showUndo(line ipc.Undo) {
	a.undo.line, a.undo.until = line, time.Now().Add(undoTime)
	if len(a.undo.orders) == 0 {
		a.undo.until = time.Time{}
	}
}

// takeBack takes the confirmations back about which the line n of the popup is.
func (a *Agent) takeBack(n int) {
	if n == a.undo.line.N {
		a.reopen(a.undo.orders...)
	}
}

// reopen makes confirmed orders ring again: here at once, and everywhere as soon as the server can
// be reached.
func (a *Agent) reopen(keys ...orders.Key) {
	for _, k := range keys {
		a.Log.Info("a person takes a confirmation back", "mart", k.Mart, "id", k.ID, "was confirmed", a.orders.Reopen(k))
	}
	a.undo.until = time.Time{}
	a.ordersChanged()
	a.connection.sendAcks()
}

// reopenedTooLate tells people that an order rings again only here.
func (a *Agent) reopenedTooLate(ack orders.Ack) {
	a.undo.orders = []orders.Key{ack.Key}
	a.showUndo(ipc.Undo{Text: a.Translator.Text("undo.too-late", "Order", ack.Order)})
}

// undoLine returns the line of the popup at now.
func (a *Agent) undoLine(now time.Time) ipc.Undo {
	if now.Before(a.undo.until) {
		return a.undo.line
	}
	return ipc.Undo{}
}
