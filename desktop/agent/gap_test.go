package agent

import (
	"slices"
	"testing"

	"jumun/desktop/pipe"
	"jumun/desktop/words"
)

func gapCard() pipe.Card { return pipe.Card{Key: pipe.Key{Mart: "42", Kind: pipe.CardGap}} }

func gap(open bool) func(pipe.Status) bool {
	return func(s pipe.Status) bool { return s.Gap == open }
}

// shown is what the window was told to show.
func (a *Agent) shown() []pipe.Card {
	cards := make(chan []pipe.Card)
	a.post(func() { cards <- slices.Clone(a.screen.popup.Cards) })
	return <-cards
}

func TestAGapIsToldUntilItIsClosedAndThenNeverAgain(t *testing.T) {
	server, dir := openServer(t), t.TempDir()
	a := server.connectedIn(t, dir)
	server.place(1001)
	until(t, a, "ringing", func(s pipe.Status) bool { return waiting("1001")(s) && s.Sound.Count > 0 })
	server.gap()
	until(t, a, "told", func(s pipe.Status) bool { return s.Gap && s.LastID == "" })
	a.ack(t, "1001")
	until(t, a, "heard once, and shown", func(s pipe.Status) bool {
		return s.Gap && waiting()(s) && s.Sound.State == pipe.PartIdle && s.Sound.Count >= 2 && s.Window.State == pipe.PartRunning
	})
	if got := a.shown(); !slices.Equal(got, []pipe.Card{gapCard()}) {
		t.Errorf("shown %+v", got)
	}
	a.stop()
	a = server.connectedIn(t, dir)
	until(t, a, "told after a restart", func(s pipe.Status) bool { return s.Gap && s.Sound.Count == 1 && s.Sound.State == pipe.PartIdle })
	until(t, a, "shown", func(s pipe.Status) bool { return s.Window.State == pipe.PartRunning && len(a.shown()) == 1 })
	a.post(func() { a.confirm(gapCard().Key) })
	until(t, a, "closed", gap(false))
	a.stop()
	a = server.connectedIn(t, dir)
	server.place(1002)
	until(t, a, "an order, and no gap", func(s pipe.Status) bool { return waiting("1002")(s) && !s.Gap })
	server.gap()
	until(t, a, "told of another", gap(true))
	if got := a.shown(); len(got) > 0 && got[0].Order != "1002" {
		t.Errorf("shown %+v, want the order first", got)
	}
}

func TestAGapOfAnotherMartIsNotTold(t *testing.T) {
	server := openServer(t)
	a := server.connectedIn(t, t.TempDir())
	server.gap()
	until(t, a, "told", gap(true))
	a.post(func() { a.saved(whole(pipe.Settings{Server: server.URL, Mart: "43", Volume: 0.5})) })
	until(t, a, "the other mart", func(s pipe.Status) bool { return s.Mart == "43" && !s.Gap })
	a.post(func() { a.saved(whole(pipe.Settings{Server: server.URL, Mart: "42", Volume: 0.5})) })
	until(t, a, "told again, as nobody has looked", gap(true))
}

func TestTheNotificationNamesOrdersAndGaps(t *testing.T) {
	w, err := words.In("en")
	if err != nil {
		t.Fatal(err)
	}
	one := pipe.Card{Key: pipe.Key{Mart: "42", Order: "1001"}}
	many := make([]pipe.Card, maxListed+2)
	for i := range many {
		many[i] = one
	}
	tests := []struct {
		name        string
		cards       []pipe.Card
		title, body string
	}{
		{"nothing", nil, "", ""},
		{"an order", []pipe.Card{one}, "Orders: 1", "1001"},
		{"a gap", []pipe.Card{gapCard()}, "Some orders may have been missed", "Check the orders in your order system"},
		{"both", []pipe.Card{one, gapCard()}, "Orders: 1", "1001\nSome orders may have been missed. Check the orders in your order system"},
		{"more than it names", many, "Orders: 12", "1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, 1001, …"},
	}
	a := &Agent{Config: Config{Words: w}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if n := a.noticeOf(pipe.Popup{Cards: tt.cards}); n.Title != tt.title || n.Body != tt.body {
				t.Errorf("%+v", n)
			}
		})
	}
}

func TestWithoutAWindowTheNotificationTellsOfTheGapAndCloses(t *testing.T) {
	a := running(t, "plays", "dies")
	a.post(func() { a.use(pipe.Settings{Mart: "42"}); a.inbox.Gap("42"); a.refresh() })
	until(t, a, "told", func(s pipe.Status) bool { return s.Gap && s.Window.State == pipe.PartFailed })
	until(t, a, "notified", func(pipe.Status) bool {
		got := make(chan []pipe.Card)
		a.post(func() { got <- a.notified.Cards })
		cards := <-got
		return len(cards) == 1 && cards[0].Kind == pipe.CardGap
	})
	a.post(a.confirmNotified)
	until(t, a, "closed", gap(false))
}
