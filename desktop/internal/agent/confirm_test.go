package agent

import (
	"os"
	"testing"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func waiting(numbers ...order.OrderID) func(ipc.Status) bool {
	return func(s ipc.Status) bool {
		if len(s.Waiting) != len(numbers) {
			return false
		}
		for i, c := range s.Waiting {
			if c.Order != numbers[i] {
				return false
			}
		}
		return true
	}
}

func (a *Agent) ack(t *testing.T, number order.OrderID) {
	t.Helper()
	if r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoAck, Order: number}); r.Error != "" {
		t.Fatal(r.Error)
	}
}

func hostname(t *testing.T) string {
	t.Helper()
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAnAckReachesTheServerAtOnce(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.place(1001)
	until(t, a, "ringing", waiting("1001"))
	a.ack(t, "1001")
	server.got(t, ack{"1001", hostname(t)})
	until(t, a, "silent", func(s ipc.Status) bool { return waiting()(s) && s.Player.State == ipc.ChildIdle })
}

func TestAnOrderConfirmedOfflineIsSilentAtOnceAndItsAckIsSentWhenTheServerIsBackEvenAfterARestart(t *testing.T) {
	server, dir := openServer(t), t.TempDir()
	a := server.connectedIn(t, dir)
	for n := 1001; n <= 1003; n++ {
		server.place(n)
	}
	until(t, a, "ringing", waiting("1001", "1002", "1003"))
	server.goDown()
	a.ack(t, "1002")
	a.ack(t, "1001")
	until(t, a, "quieter", waiting("1003"))
	a.stop()
	a = runningIn(t, dir, "plays", "shows") // the server is still away
	until(t, a, "ringing for the one that waits", waiting("1003"))
	a.ack(t, "1003")
	until(t, a, "silent", func(s ipc.Status) bool { return waiting()(s) && s.Player.State == ipc.ChildIdle })
	server.comeBack()
	name := hostname(t)
	server.got(t, ack{"1002", name}, ack{"1001", name}, ack{"1003", name})
	until(t, a, "all sent", func(ipc.Status) bool { return len(a.orders.Unsent("42")) == 0 })
	a.stop()
	a = server.connectedIn(t, dir)
	server.place(1004)
	until(t, a, "ringing", waiting("1004"))
	a.ack(t, "1004")
	server.got(t, ack{"1004", name}) // and none of the others again
}

func TestAnOrderThatIsConfirmedOnAnotherPCFallsSilentHere(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.place(1001)
	until(t, a, "ringing and shown", func(s ipc.Status) bool {
		return waiting("1001")(s) && s.Player.State == ipc.ChildRunning && s.UI.State == ipc.ChildRunning
	})
	server.ackedBy(1001, 1002, "주방")
	until(t, a, "silent", func(s ipc.Status) bool {
		return waiting()(s) && s.Player.State == ipc.ChildIdle && s.LastID == "1002-0"
	})
	shown := make(chan int)
	a.post(func() { shown <- len(a.ui.popup.Cards) })
	if n := <-shown; n != 0 {
		t.Errorf("the window shows %d cards", n)
	}
	if r := a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoAck, Order: "1001"}); r.Error == "" {
		t.Error("it could be confirmed once more")
	}
	server.place(1003)
	until(t, a, "ringing", waiting("1003"))
	a.ack(t, "1003")
	server.got(t, ack{"1003", hostname(t)}) // and none for the other's
}

func TestAnAckThatTheServerDoesNotKnowIsGivenUpAndOneThatItMayTakeIsNot(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.answers("1001", wire.OutcomeUnknown)
	server.answers("1002", wire.OutcomeLater)
	for n := 1001; n <= 1003; n++ {
		server.place(n)
	}
	until(t, a, "ringing", waiting("1001", "1002", "1003"))
	for _, number := range []order.OrderID{"1001", "1002", "1003"} {
		a.ack(t, number)
	}
	server.got(t, ack{"1003", hostname(t)}) // 1002 does not hold it up
	server.answers("1002", "")
	server.got(t, ack{"1002", hostname(t)})
}

func TestOneCardIsConfirmedAndNotAllWithItsNumber(t *testing.T) {
	a := running(t, "plays", "shows")
	for _, mart := range []order.MartID{"42", "43"} {
		a.storeEvents([]order.Event{{ID: "1-0", Mart: mart, Order: "TEST", Kind: order.Placed}})
	}
	a.post(a.ordersChanged)
	a.post(a.startTest)
	until(t, a, "both", waiting("TEST", "TEST"))
	confirm := func(k ipc.Key) (cards int) {
		done := make(chan int)
		a.post(func() { a.confirm(k); a.post(func() { done <- len(a.ui.popup.Cards) }) })
		return <-done
	}
	confirm(ipc.Key{Mart: "42", Order: "TEST", Kind: ipc.CardTest})
	until(t, a, "both orders", waiting("TEST", "TEST"))
	confirm(ipc.Key{Mart: "43", ID: "1-0", Order: "TEST"})
	until(t, a, "the one of the other mart", func(s ipc.Status) bool { return waiting("TEST")(s) && s.Waiting[0].Mart == "42" })
	a.post(a.startTest)
	a.ack(t, "TEST")
	until(t, a, "the test alone", func(s ipc.Status) bool { return waiting()(s) && s.Player.State == ipc.ChildRunning })
}

func TestANewConnectionWakesTheAckQueue(t *testing.T) {
	a, c := &Agent{}, &connection{wakeAcks: make(chan struct{}, 1)}
	f := a.newClient(c, settings.Settings{Mart: "42"}, func(func()) {})
	if f.State(client.State{Name: ipc.Connecting}); len(c.wakeAcks) != 0 {
		t.Error("the ackQueue is woken without a connection")
	}
	for range 2 {
		if f.State(client.State{Name: ipc.Connected}); len(c.wakeAcks) != 1 {
			t.Error("the ackQueue is not woken by a connection")
		}
	}
}
