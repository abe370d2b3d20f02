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
const storeRetry = 2 * time.Second

// openInbox reads which orders wait: those of before a crash go on ringing.
func (a *Agent) openInbox() {
	var err error
	a.inbox, err = orders.Open(a.InboxPath, time.Now())
	var damaged *orders.DamagedError
	if errors.As(err, &damaged) {
		a.notice = a.Translator.Text("agent.inbox-damaged", "File", damaged.Aside)
	}
	if err != nil {
		a.Log.Error("the orders' file is not as it should be", "err", err)
	}
	a.refresh()
}

// keep takes an event in. It is called by the feed, beside the loop.
func (a *Agent) keep(e order.Event) {
	rings := a.inbox.Take(e)
	a.Log.Info("event", "kind", e.Kind, "mart", e.Mart, "order", e.Order, "id", e.ID, "rings", rings, "by", e.By)
}

// refresh has the bell told which orders wait, before it is asked next: a thousand orders
// that come together are looked through once.
func (a *Agent) refresh() { a.stale = true }

// alarm is what should be so at now.
func (a *Agent) alarm(now time.Time) alarm.Alarm {
	if a.stale {
		a.stale = false
		a.tellBell()
		a.lookAgain()
	}
	return a.bell.Decide(now)
}

// tellBell tells the bell which orders wait, and whether some may be missing.
func (a *Agent) tellBell() {
	entries := a.inbox.Waiting()
	cards := make([]ipc.Card, len(entries))
	for i, e := range entries {
		cards[i] = ipc.Card{Key: ipc.Key{Mart: e.Mart, Order: e.Order}, At: e.At, Summary: e.Summary, Amount: e.Amount}
	}
	a.waiting = cards
	a.bell.SetOrders(cards)
	a.bell.SetGap(a.inbox.HasGap(a.settings.Mart))
}

// store has the disk take what it did not take before, and tells whether it does.
func (a *Agent) store(now time.Time) {
	if a.inbox.Err() != nil {
		a.inbox.Flush(now)
	}
	err := a.inbox.Err()
	if err == nil {
		a.storeDue = time.Time{}
		a.bell.SetDiskError("")
		return
	}
	if a.storeDue.IsZero() {
		a.Log.Error("orders are in memory alone; storing them is tried again", "err", err)
	}
	a.storeDue = now.Add(storeRetry)
	a.bell.SetDiskError(fmt.Sprint(err))
}
