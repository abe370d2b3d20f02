package agent

import (
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// presses saves settings with another mart, as the settings window does, and returns what people read.
func presses(t *testing.T, a *Agent, mart order.MartID) string {
	t.Helper()
	answer := make(chan string)
	a.post(func() {
		s := a.settings
		s.Mart = mart
		a.ui.pending.settings = nil
		a.saved(s)
		answer <- a.ui.pending.settings.Notice
	})
	return <-answer
}

// hasRead makes it later for the question.
func hasRead(a *Agent) { a.post(func() { a.asked.at = a.asked.at.Add(-readTime) }) }

func TestAChangeOfTheMartIsAskedAboutWhileOrdersRing(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.place(1001)
	server.place(1002)
	until(t, a, "ringing", func(s ipc.Status) bool { return s.Orders == 2 && s.Player.State == ipc.ChildRunning })
	question := a.Translator.Text("agent.move-asks", "Shop", a.shopOf(a.settings), "N", 2)
	if got := presses(t, a, "43"); got != question {
		t.Errorf("people read %q", got)
	}
	if got := presses(t, a, "43"); got != question {
		t.Errorf("a double click answers: %q", got)
	}
	until(t, a, "still 42", func(s ipc.Status) bool { return s.Mart == "42" && s.Orders == 2 })
	hasRead(a)
	if got := presses(t, a, "43"); got != "" {
		t.Errorf("after the answer people read %q", got)
	}
	until(t, a, "silent", func(s ipc.Status) bool {
		return s.Mart == "43" && s.Orders == 0 && len(s.Waiting) == 0 && s.Player.State == ipc.ChildIdle
	})
	page := a.orders.Find(ipc.Query{Limit: 9})
	if page.Total != 2 || page.Waiting != 0 || !page.Rows[0].Left || page.Rows[0].Waiting {
		t.Errorf("the history has %+v", page)
	}
	if got := presses(t, a, "42"); got != "" {
		t.Errorf("nothing rings, and people read %q", got)
	}
	until(t, a, "ringing again", func(s ipc.Status) bool { return s.Mart == "42" && s.Orders == 2 && s.Player.State == ipc.ChildRunning })
}

func TestANewOrderIsAskedAboutAgain(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.place(1001)
	until(t, a, "one", func(s ipc.Status) bool { return s.Orders == 1 })
	presses(t, a, "43")
	hasRead(a)
	server.place(1002)
	until(t, a, "two", func(s ipc.Status) bool { return s.Orders == 2 })
	if got := presses(t, a, "43"); got != a.Translator.Text("agent.move-asks", "Shop", a.shopOf(a.settings), "N", 2) {
		t.Errorf("people read %q", got)
	}
}

func TestWhatWasConfirmedIsSentBeforeTheMartChanges(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	device := a.device
	server.place(1001)
	until(t, a, "waiting", func(s ipc.Status) bool { return s.Orders == 1 })
	server.setHTML(true)
	a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoAck, Order: "1001"})
	until(t, a, "refused once", func(ipc.Status) bool { return server.asked("/v1/marts/42/acks") > 0 })
	a.post(func() {
		server.setHTML(false)
		s := a.settings
		s.Mart = "43"
		a.saved(s)
	})
	server.got(t, ack{"1001", device})
}

func TestWhatCannotBeSentThenIsSentWhenTheMartIsSetBack(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	device := a.device
	server.place(1001)
	until(t, a, "waiting", func(s ipc.Status) bool { return s.Orders == 1 })
	server.setHTML(true)
	a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoAck, Order: "1001"})
	presses(t, a, "43")
	until(t, a, "connected", func(s ipc.Status) bool { return s.Mart == "43" && s.State == ipc.Connected })
	server.setHTML(false)
	presses(t, a, "42")
	server.got(t, ack{"1001", device})
}
