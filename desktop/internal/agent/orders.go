package agent

import (
	"errors"
	"slices"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

// diskRetry is how soon the disk is tried again after orders could not be stored.
const diskRetry = 2 * time.Second

// openOrders reads which orders wait: orders of before a crash go on ringing.
func (a *Agent) openOrders() {
	var err error
	a.orders, err = orders.Open(a.OrdersPath, time.Now())
	var damaged *orders.DamagedError
	if errors.As(err, &damaged) {
		a.settingsNotice = a.Translator.Text("agent.orders-damaged", "File", damaged.Aside)
	}
	if err != nil {
		a.Log.Error("the journal of orders cannot be used as it is", "err", err)
	}
	a.ordersChanged()
}

// storeEvents stores events from the server, and logs which are to ring. Whether they were heard, playerProcess logs.
// The client calls it, not the loop.
func (a *Agent) storeEvents(events []order.Event) {
	for i, rings := range a.orders.TakeAll(events) {
		e := events[i]
		a.Log.Info("an event came", "kind", e.Kind, "mart", e.Mart, "order", e.Order, "id", e.ID, "of", e.Of, "toRing", rings, "by", e.By)
	}
}

// ordersChanged makes the next update tell the decider which orders wait: a thousand orders that
// come together are copied once.
func (a *Agent) ordersChanged() { a.ordersStale = true }

// currentAlarm returns what should ring and what should be shown at now.
func (a *Agent) currentAlarm(now time.Time) alarm.Alarm {
	if a.ordersStale || !a.oldAt.IsZero() && !now.Before(a.oldAt) {
		a.ordersStale = false
		a.updateWaiting()
		a.updateHistory()
	}
	return a.decider.Decide(now)
}

// updateWaiting tells the decider which orders need a person, and whether orders may be missing.
func (a *Agent) updateWaiting() {
	open, old := a.orders.OpenSince(a.oldBefore())
	a.old, a.oldAt = old, time.Time{}
	if i := slices.IndexFunc(open, func(e orders.Entry) bool { return !e.At.IsZero() }); i >= 0 {
		a.oldAt = open[i].At.Add(orders.Old + a.clockAhead)
	}
	cards, cancelled := a.onPCClock(open)
	a.waiting, a.cancelled = nil, cancelled
	if old > 0 {
		cards = slices.Insert(cards, 0, ipc.Card{Key: ipc.Key{Mart: a.settings.Mart, Kind: ipc.CardOld}, N: old, MartName: a.settings.ShopName()})
	}
	for _, c := range cards {
		if c.Kind == ipc.CardOrder {
			a.waiting = append(a.waiting, c)
		}
	}
	a.decider.SetOrders(cards)
	a.decider.SetGap(a.orders.HasGap(a.settings.Mart))
	a.decider.SetUnreadable(a.orders.HasUnreadable(a.settings.Mart))
}

// oldBefore returns before which time an order must have been recorded to be an old one, by the server's
// clock.
func (a *Agent) oldBefore() time.Time { return time.Now().Add(-orders.Old - a.clockAhead) }

// openCards returns the cards of orders that need a person, and those of them that were withdrawn.
func openCards(entries []orders.Entry) (cards, cancelled []ipc.Card) {
	for _, e := range entries {
		c := ipc.Card{Key: ipc.Key{Mart: e.Mart, ID: e.ID, Order: e.Order}, At: e.At, Summary: e.Summary, Amount: e.Amount, Escalated: e.Escalated}
		if e.State == orders.Cancelled {
			c.Kind, c.At = ipc.CardCancelled, e.Withdrawn
			cancelled = append(cancelled, c)
		}
		cards = append(cards, c)
	}
	return cards, cancelled
}

// flushOrders tries again to store what the disk did not take before, and tells the decider
// whether the disk takes orders.
func (a *Agent) flushOrders(now time.Time) {
	if a.orders.Err() != nil {
		a.orders.Flush(now)
	}
	err := a.orders.Err()
	if err == nil {
		a.diskRetryAt = time.Time{}
		a.decider.SetDiskError("")
		return
	}
	if a.diskRetryAt.IsZero() {
		a.Log.Error("orders are only in memory; the agent tries again to store them", "err", err)
	}
	a.diskRetryAt = now.Add(diskRetry)
	a.decider.SetDiskError(err.Error())
}
