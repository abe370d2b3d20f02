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

// deviceName is the name by which people know this PC, for those who see who confirmed.
func deviceName(s settings.Settings) string {
	host, _ := os.Hostname() // a PC without a name is one, too
	return cmp.Or(order.Line(s.Device, order.MaxName), order.Line(host, order.MaxName), "PC")
}

// confirm ends what these cards are about: here at once, and with the server as soon as it
// can be reached. It reports whether any of the orders waited.
func (a *Agent) confirm(keys ...ipc.Key) bool {
	var confirmed []orders.Key
	for _, k := range keys {
		switch k.Kind {
		case ipc.CardTest:
			a.decider.EndTest()
		case ipc.CardGap:
			a.orders.CloseGap(k.Mart)
			a.Log.Info("gap closed", "mart", k.Mart)
		case ipc.CardOrder:
			confirmed = append(confirmed, orders.Key{Mart: k.Mart, Order: k.Order})
		}
	}
	waited := a.orders.ConfirmAll(confirmed, a.device, time.Now())
	a.Log.Info("confirmed", "waited", waited, "orders", confirmed[:min(len(confirmed), maxListed)])
	a.ordersChanged()
	a.connection.sendAcks()
	return waited > 0
}
