package agent

import (
	"slices"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

func TestOrdersThatWaitForTooLongRingWithOneCard(t *testing.T) {
	a := running(t, "plays", "shows")
	for n, id := range []order.ID{"1-0", "2-0", "3-0"} {
		a.storeEvents([]order.Event{{ID: id, Mart: "42", Order: order.OrderID(id), Kind: order.Placed,
			At: time.Now().Add(-orders.Old - time.Hour + time.Duration(n)*time.Minute)}})
	}
	a.placed(1001)
	until(t, a, "ringing", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildRunning && s.Orders == 4 && s.Old == 3 && len(s.Waiting) == 1
	})
	a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoAck, Order: "1001"})
	until(t, a, "still ringing for the old ones", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning && s.Orders == 3 })
	cards := make(chan []ipc.Card)
	a.post(func() { cards <- a.currentAlarm(time.Now()).Cards })
	old := <-cards
	if len(old) != 1 || old[0].Kind != ipc.CardOld || old[0].N != 3 {
		t.Fatalf("the cards are %+v", old)
	}
	a.post(func() { a.confirm(old[0].Key) })
	until(t, a, "silent", func(s ipc.Status) bool { return s.Player.State == ipc.ChildIdle && s.Orders == 0 })
	if page := a.orders.Find(ipc.Query{Limit: 9}); page.Total != 4 || slices.ContainsFunc(page.Rows, func(r ipc.Row) bool { return r.Waiting || r.Ended.IsZero() }) {
		t.Errorf("the history has %+v", page.Rows)
	}
}

func TestAnOrderBecomesOldByTheClockAlone(t *testing.T) {
	a := running(t, "plays", "shows")
	a.storeEvents([]order.Event{{ID: "1-0", Mart: "42", Order: "1001", Kind: order.Placed, At: time.Now().Add(-orders.Old + 2*time.Second)}})
	a.post(a.ordersChanged)
	until(t, a, "waiting", func(s ipc.Status) bool { return len(s.Waiting) == 1 && s.Old == 0 })
	until(t, a, "old", func(s ipc.Status) bool {
		return len(s.Waiting) == 0 && s.Old == 1 && s.Player.State == ipc.ChildRunning
	})
}
