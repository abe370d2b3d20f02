package agent

import (
	"cmp"
	"os"
	"time"

	"jumun/desktop/inbox"
	"jumun/desktop/pipe"
	"jumun/shared/order"
)

// deviceName is the name by which people know this PC, for those who see who confirmed.
func deviceName(s pipe.Settings) string {
	host, _ := os.Hostname() // a PC without a name is one, too
	return cmp.Or(order.Line(s.Device, order.MaxName), order.Line(host, order.MaxName), "PC")
}

// confirm ends what these cards are about: here at once, and with the server as soon as it
// can be reached. It reports whether any of the orders waited.
func (a *Agent) confirm(keys ...pipe.Key) bool {
	var orders []inbox.Key
	for _, k := range keys {
		switch k.Kind {
		case pipe.CardTest:
			a.bell.EndTest()
		case pipe.CardGap:
			a.inbox.CloseGap(k.Mart)
			a.Log.Info("gap closed", "mart", k.Mart)
		case pipe.CardOrder:
			orders = append(orders, inbox.Key{Mart: k.Mart, Order: k.Order})
		}
	}
	waited := a.inbox.ConfirmAll(orders, a.device, time.Now())
	a.Log.Info("confirmed", "waited", waited, "orders", orders[:min(len(orders), maxListed)])
	a.refresh()
	a.link.hurry()
	return waited > 0
}
