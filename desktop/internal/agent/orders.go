package agent

import (
	"errors"
	"fmt"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

// storeRetry is how soon a disk that takes nothing is tried again.
const diskRetry = 2 * time.Second

// openInbox reads which orders wait: those of before a crash go on ringing.
func (a *Agent) openOrders() {
	var err error
	a.orders, err = orders.Open(a.OrdersPath, time.Now())
	var damaged *orders.DamagedError
	if errors.As(err, &damaged) {
		a.settingsNotice = a.Translator.Text("agent.inbox-damaged", "File", damaged.Aside)
	}
	if err != nil {
		a.Log.Error("the orders' file is not as it should be", "err", err)
	}
	a.ordersChanged()
}

// keep takes an event in. It is called by the feed, beside the loop.
func (a *Agent) receive(e order.Event) {
	rings := a.orders.Take(e)
	a.Log.Info("event", "kind", e.Kind, "mart", e.Mart, "order", e.Order, "id", e.ID, "rings", rings, "by", e.By)
}

// refresh has the bell told which orders wait, before it is asked next: a thousand orders
// that come together are looked through once.
func (a *Agent) ordersChanged() { a.ordersStale = true }

// alarm is what should be so at now.
func (a *Agent) currentAlarm(now time.Time) alarm.Alarm {
	if a.ordersStale {
		a.ordersStale = false
		a.updateOrders()
		a.updateHistory()
	}
	return a.decider.Decide(now)
}

// tellBell tells the bell which orders wait, and whether some may be missing.
func (a *Agent) updateOrders() {
	entries := a.orders.Waiting()
	cards := make([]ipc.Card, len(entries))
	for i, e := range entries {
		cards[i] = ipc.Card{Key: ipc.Key{Mart: e.Mart, Order: e.Order}, At: e.At, Summary: e.Summary, Amount: e.Amount}
	}
	a.waiting = cards
	a.decider.SetOrders(cards)
	a.decider.SetGap(a.orders.HasGap(a.settings.Mart))
}

// store has the disk take what it did not take before, and tells whether it does.
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
		a.Log.Error("orders are in memory alone; storing them is tried again", "err", err)
	}
	a.diskRetryAt = now.Add(diskRetry)
	a.decider.SetDiskError(fmt.Sprint(err))
}
