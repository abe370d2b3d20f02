package agent

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
)

const (
	// clockSlack is by how much the clocks of server and PC differ without being wrong: the server
	// tells whole seconds, and its answer takes a while.
	clockSlack = 5 * time.Second
	// clockTold is from when on people are told that the PC's clock is wrong.
	clockTold = time.Minute
)

// setClock takes how far this PC's clock is ahead of the server's; negative: behind. The ages of
// orders go by the server's clock, which has recorded them.
func (a *Agent) setClock(ahead time.Duration) {
	if ahead.Abs() < clockSlack {
		ahead = 0
	}
	if (ahead-a.clockAhead).Abs() < clockSlack && (ahead == 0) == (a.clockAhead == 0) {
		return
	}
	a.Log.Warn("this PC's clock differs from the server's", "ahead", ahead.Round(time.Second))
	a.clockAhead = ahead
	a.ordersChanged()
}

// clockText returns what people read of a clock that is wrong; "" if it is not.
func (a *Agent) clockText() string {
	minutes := int(a.clockAhead.Abs().Round(time.Minute) / time.Minute)
	switch {
	case a.clockAhead.Abs() < clockTold:
		return ""
	case a.clockAhead > 0:
		return a.Translator.Text("agent.clock-ahead", "N", minutes)
	}
	return a.Translator.Text("agent.clock-behind", "N", minutes)
}

// onPCClock returns cards with the times at which this PC's clock showed them.
func (a *Agent) onPCClock(entries []orders.Entry) (cards, cancelled []ipc.Card) {
	for i := range entries {
		e := &entries[i]
		e.At = e.At.Add(a.clockAhead)
		if !e.Withdrawn.IsZero() {
			e.Withdrawn = e.Withdrawn.Add(a.clockAhead)
		}
	}
	cards, cancelled = openCards(entries)
	a.nameMarts(cards)
	a.nameMarts(cancelled)
	return cards, cancelled
}
