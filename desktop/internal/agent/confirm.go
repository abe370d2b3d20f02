package agent

import (
	"cmp"
	"os"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// deviceName returns the name of this PC: people on other PCs see it beside the orders that are
// confirmed here.
func deviceName(s settings.Settings) string {
	host, _ := os.Hostname() // it may have none
	return cmp.Or(order.Line(s.Device, order.MaxName), order.Line(host, order.MaxName), "PC")
}

// confirm ends what these cards ask for: here at once, and at the server as soon as it can be
// reached. It reports whether any of the orders waited.
func (a *Agent) confirm(keys ...ipc.Key) bool {
	var confirmed, read []orders.Key
	for _, k := range keys {
		switch k.Kind {
		case ipc.CardTest:
			a.decider.EndTest()
		case ipc.CardOffice:
			a.readOfficeTest(k.ID)
		case ipc.CardGap, ipc.CardUnreadable:
			a.orders.CloseGap(k.Mart)
			a.Log.Info("a person has looked for missing orders", "mart", k.Mart)
		case ipc.CardOld:
			a.Log.Info("a person ends the orders that have waited for too long", "orders", a.orders.EndBefore(a.oldBefore(), a.device, time.Now()))
		case ipc.CardOrder:
			confirmed = append(confirmed, orderKey(k))
		case ipc.CardCancelled:
			read = append(read, orderKey(k))
		}
	}
	now := time.Now()
	waited := a.orders.ConfirmAll(confirmed, a.device, now)
	a.Log.Info("orders were confirmed", "waited", waited, "orders", confirmed[:min(len(confirmed), maxListed)],
		"withdrawals read", a.orders.ReadAll(read, a.device, now))
	if waited > 0 {
		a.offerUndo(keys)
	}
	a.ordersChanged()
	a.connection.sendAcks()
	return waited > 0
}

// confirmAll confirms all orders that waited when a popup was sent, unless a newer popup was
// sent since: nobody has seen the newer orders.
func (a *Agent) confirmAll(seq int) {
	if seq == a.ui.popup.Seq {
		a.confirm(keys(a.ui.shownOrders)...)
	}
}

func orderKey(k ipc.Key) orders.Key { return orders.Key{Mart: k.Mart, ID: k.ID} }

func keys(cards []ipc.Card) []ipc.Key {
	list := make([]ipc.Key, len(cards))
	for i, c := range cards {
		list[i] = c.Key
	}
	return list
}
