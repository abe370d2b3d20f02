package agent

import (
	"fmt"
	"slices"
	"testing"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

func gapCard() ipc.Card { return ipc.Card{Key: ipc.Key{Mart: "42", Kind: ipc.CardGap}} }

func gap(open bool) func(ipc.Status) bool {
	return func(s ipc.Status) bool { return s.Gap == open }
}

// shown returns the cards of the popup that was sent last.
func (a *Agent) shown() []ipc.Card {
	cards := make(chan []ipc.Card)
	a.post(func() { cards <- slices.Clone(a.ui.popup.Cards) })
	return <-cards
}

func TestAGapIsShownUntilItIsConfirmedAndThenNeverAgain(t *testing.T) {
	server, dir := openServer(t), t.TempDir()
	a := server.connectedIn(t, dir)
	server.place(1001)
	until(t, a, "ringing", func(s ipc.Status) bool { return waiting("1001")(s) && s.Player.Count > 0 })
	server.gap()
	until(t, a, "told", func(s ipc.Status) bool { return s.Gap && s.LastID == "" })
	a.ack(t, "1001")
	until(t, a, "the gap is heard once, and alone on the screen", func(s ipc.Status) bool {
		return s.Gap && waiting()(s) && s.Player.State == ipc.ChildIdle && s.Player.Count >= 2 && slices.Equal(a.shown(), []ipc.Card{gapCard()})
	})
	a.stop()
	a = server.connectedIn(t, dir)
	until(t, a, "told after a restart", func(s ipc.Status) bool { return s.Gap && s.Player.Count == 1 && s.Player.State == ipc.ChildIdle })
	until(t, a, "shown", func(s ipc.Status) bool { return s.UI.State == ipc.ChildRunning && len(a.shown()) == 1 })
	a.post(func() { a.confirm(gapCard().Key) })
	until(t, a, "closed", gap(false))
	a.stop()
	a = server.connectedIn(t, dir)
	server.place(1002)
	until(t, a, "an order, and no gap", func(s ipc.Status) bool { return waiting("1002")(s) && !s.Gap })
	server.gap()
	until(t, a, "told of another", gap(true))
	if got := a.shown(); len(got) > 0 && got[0].Kind != ipc.CardGap {
		t.Errorf("shown %+v, want the gap first", got)
	}
}

func TestAGapOfAnotherMartIsNotShown(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.gap()
	until(t, a, "told", gap(true))
	a.post(func() { a.saved(whole(settings.Settings{Server: server.URL, Mart: "43", Volume: 0.5})) })
	until(t, a, "the other mart", func(s ipc.Status) bool { return s.Mart == "43" && !s.Gap })
	a.post(func() { a.saved(whole(settings.Settings{Server: server.URL, Mart: "42", Volume: 0.5})) })
	until(t, a, "told again, as nobody has looked", gap(true))
}

func TestTheNotificationNamesOrdersAndGaps(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	one := ipc.Card{Key: ipc.Key{Mart: "42", Order: "1001"}}
	many := make([]ipc.Card, maxListed+2)
	for i := range many {
		many[i] = one
		many[i].Order = order.OrderID(fmt.Sprint(1001 + i))
	}
	tests := []struct {
		name        string
		cards       []ipc.Card
		title, body string
	}{
		{"nothing", nil, "", ""},
		{"an order", []ipc.Card{one}, "New orders: 1", "1001"},
		{"a gap", []ipc.Card{gapCard()}, "Some orders may have been missed", "Check the orders in your order system"},
		{"a withdrawn order", []ipc.Card{{Key: ipc.Key{Mart: "42", ID: "1-0", Order: "1002", Kind: ipc.CardCancelled}}}, "Cancelled orders: 1", "1002"},
		{"an order that cannot be read", []ipc.Card{{Key: ipc.Key{Mart: "42", Kind: ipc.CardUnreadable}}}, "An order could not be read", "Check the orders in your order system and tell the administrator"},
		{"both", []ipc.Card{one, gapCard()}, "New orders: 1", "1001\nSome orders may have been missed\nCheck the orders in your order system"},
		{"more than it names", many, "New orders: 12", "1012, 1011, 1010, 1009, 1008, 1007, 1006, 1005, 1004, 1003, 2 more"},
	}
	a := &Agent{Config: Config{Translator: w}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if n := a.notification(ipc.Popup{Cards: tt.cards}); n.Title != tt.title || n.Body != tt.body {
				t.Errorf("%+v", n)
			}
		})
	}
}

func TestWithoutAWindowTheNotificationShowsAndConfirmsTheGap(t *testing.T) {
	a := running(t, "plays", "dies")
	a.post(func() { a.applySettings(settings.Settings{Mart: "42"}); a.orders.Gap("42"); a.ordersChanged() })
	until(t, a, "told", func(s ipc.Status) bool { return s.Gap && s.UI.State == ipc.ChildFailed })
	until(t, a, "notified", func(ipc.Status) bool {
		got := make(chan []ipc.Card)
		a.post(func() { got <- a.notified.popup.Cards })
		cards := <-got
		return len(cards) == 1 && cards[0].Kind == ipc.CardGap
	})
	a.post(func() { a.confirmNotified(a.notified.n) })
	until(t, a, "closed", gap(false))
}
