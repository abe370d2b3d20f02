package agent

import (
	"slices"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// cancelled reports whether just these orders are shown as withdrawn.
func cancelled(numbers ...order.OrderID) func(ipc.Status) bool {
	return func(s ipc.Status) bool {
		var list []order.OrderID
		for _, c := range s.Cancelled {
			list = append(list, c.Order)
		}
		return slices.Equal(list, numbers)
	}
}

func TestAWithdrawnOrderFallsSilentAndIsShownUntilItIsRead(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.place(1001)
	until(t, a, "ringing", waiting("1001"))
	server.change(wire.CancelEvent, 1001, 1002, "")
	until(t, a, "withdrawn", func(s ipc.Status) bool {
		return waiting()(s) && cancelled("1001")(s) && s.Player.State == ipc.ChildIdle && len(a.shown()) == 1
	})
	card := a.shown()[0]
	if card.Kind != ipc.CardCancelled || card.Order != "1001" {
		t.Fatalf("shown: %+v", card)
	}
	a.post(func() { a.confirm(card.Key) })
	server.got(t, ack{"1001 withdrawn", hostname(t)})
	until(t, a, "read", func(s ipc.Status) bool { return cancelled()(s) && len(a.shown()) == 0 })

	server.place(1003)
	server.change(wire.AckEvent, 1003, 1004, "주방")
	server.change(wire.CancelEvent, 1003, 1005, "")
	until(t, a, "withdrawn while the kitchen cooks it", cancelled("1003"))
	server.change(wire.AckEvent, 1003, 1006, "홀")
	until(t, a, "read elsewhere", cancelled())
	server.change(wire.CancelEvent, 999, 1007, "")
	server.place(1008)
	until(t, a, "nothing of an unknown one", func(s ipc.Status) bool { return waiting("1008")(s) && cancelled()(s) })
}

func TestAConfirmationIsTakenBack(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.place(1001)
	server.place(1002)
	until(t, a, "ringing", waiting("1001", "1002"))
	undo := func() ipc.Undo {
		line := make(chan ipc.Undo)
		a.post(func() { line <- a.ui.popup.Undo })
		return <-line
	}
	a.ack(t, "1001")
	server.got(t, ack{"1001", hostname(t)})
	until(t, a, "it is offered", func(ipc.Status) bool { return undo().N == 1 && undo().Text == "1001 confirmed" })
	a.post(func() { a.takeBack(1) })
	until(t, a, "ringing again", func(s ipc.Status) bool { return waiting("1001", "1002")(s) && undo() == ipc.Undo{} })
	until(t, a, "the server knows", func(ipc.Status) bool { return len(a.orders.Unsent("42")) == 0 })
	server.mu.Lock()
	if !slices.Equal(server.reopened, []order.ID{"1001-0"}) {
		t.Errorf("reopened: %v", server.reopened)
	}
	server.mu.Unlock()

	server.answers("1002", wire.OutcomeAlready)
	a.ack(t, "1002")
	until(t, a, "sent", func(s ipc.Status) bool { return waiting("1001")(s) && len(a.orders.Unsent("42")) == 0 })
	key := ipc.Key{Mart: "42", ID: "1002-0", Order: "1002"}
	a.post(func() { a.handleRequest(ipc.FromUI{Reopen: &key}) }) // in the history
	until(t, a, "too late: it rings here, and people are told", func(s ipc.Status) bool {
		return waiting("1001", "1002")(s) && undo() == ipc.Undo{Text: "1002: after a minute it rings again only here"}
	})
	server.change(wire.AckEvent, 1001, 1010, "홀")
	server.change(wire.ReopenEvent, 1001, 1011, "홀")
	server.place(1012)
	until(t, a, "taken back elsewhere", waiting("1001", "1002", "1012"))
}

func TestAPageBetweenLosesNoConfirmation(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.place(1001)
	until(t, a, "ringing", waiting("1001"))
	server.setHTML(true)
	a.ack(t, "1001")
	asked := func() (n int) {
		server.mu.Lock()
		defer server.mu.Unlock()
		for _, p := range server.paths {
			if p == wire.AcksPath("42") {
				n++
			}
		}
		return n
	}
	until(t, a, "tried twice", func(ipc.Status) bool { return asked() >= 2 && len(a.orders.Unsent("42")) == 1 })
	server.setHTML(false)
	server.got(t, ack{"1001", hostname(t)})
}

func TestTwoOrdersOfOneNumberAreConfirmedEach(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	for _, id := range []string{"1001", "1002"} {
		server.send <- "event: order\nid: " + id + "-0\ndata: {\"martId\":\"42\",\"orderId\":\"7\",\"amount\":\"" + id + "\",\"at\":\"" + time.Now().Format(time.RFC3339) + "\"}\n\n"
	}
	until(t, a, "both ring", waiting("7", "7"))
	a.post(func() { a.confirm(a.waiting[0].Key) })
	until(t, a, "the other one rings", func(s ipc.Status) bool { return waiting("7")(s) && s.Waiting[0].Amount == "1002" })
	server.got(t, ack{"7", hostname(t)})
}

func TestAnOrderThatCannotBeReadIsShownUntilAPersonKnows(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.send <- "event: order\nid: 1001-0\ndata: {\"martId\":\"42\",\"orderId\":{\"v\":2}}\n\n"
	until(t, a, "it is shown and heard", func(s ipc.Status) bool {
		return s.Unreadable && s.Gap && s.LastID == "1001-0" && s.Player.Count == 1 && len(a.shown()) == 1 && a.shown()[0].Kind == ipc.CardUnreadable
	})
	a.post(func() { a.confirm(a.ui.popup.Cards[0].Key) })
	until(t, a, "a person knows", func(s ipc.Status) bool { return !s.Unreadable && !s.Gap })
}
