package agent

import (
	"context"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// A move is a change of the mart about which a person was asked, because orders of the mart before ring.
type move struct {
	to      order.MartID
	waiting int // orders that the question named
	at      time.Time
}

// readTime is how long it takes to read the question, at least: a second press that comes sooner belongs
// to a double click.
const readTime = time.Second

// askBeforeMove returns the question that a person must answer before s is saved, by pressing once more;
// "" if there is none.
func (a *Agent) askBeforeMove(s settings.Settings, now time.Time) string {
	open, n := a.orders.OpenSince(a.oldBefore()) // a.waiting may be stale
	cards, _ := openCards(open)
	n += len(cardsOf(cards, ipc.CardOrder))
	if s.Mart == a.settings.Mart || a.settings.Mart == "" || n == 0 {
		return ""
	}
	if a.asked.to == s.Mart && a.asked.waiting == n && now.Sub(a.asked.at) >= readTime {
		return ""
	}
	if a.asked.to != s.Mart || a.asked.waiting != n {
		a.asked = move{to: s.Mart, waiting: n, at: now}
	}
	return a.Translator.Text("agent.move-asks", "Shop", a.shopOf(a.settings), "N", n)
}

// lastAcksTimeout is how long a connection that was replaced may still send what was confirmed.
const lastAcksTimeout = 5 * time.Second

// sendLastAcks sends what was confirmed while c was the connection. It does not hold up the loop. What is
// still unsent then is kept, and sent when the mart is set again.
func (a *Agent) sendLastAcks(c *connection) {
	if c.flush == nil || c.mart == a.settings.Mart || len(a.orders.Unsent(c.mart)) == 0 {
		return
	}
	a.wait.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), lastAcksTimeout)
		defer cancel()
		if err := c.flush(ctx); err != nil {
			a.Log.Warn("what was confirmed at the mart before is kept, and sent when that is set again", "mart", c.mart, "err", err)
		}
	})
}
