package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// Fresh is how long a new order sounds as one while an older one is reminded of: the
	// kitchen has to hear that it is another.
	Fresh = 10 * time.Second
	// Behind is how much older than the connection an order has to be to have been missed:
	// publisher, server and PC do not agree to the second.
	MissedAge = 20 * time.Second
	// Replay is how long after connecting the orders may come that were missed. Whatever
	// comes later was just made, if it looks old: the PC's clock is wrong.
	ReplayTime = time.Minute
)

// An arrival is what the bell remembers of an order that waits.
type arrival struct {
	at       time.Time     // of its card: another time is another order with its number
	noted    bool          // Next has seen it
	ringTime time.Duration // what the clock was then
	behind   bool          // it is older than the connection over which it came
	missed   bool          // it came while this PC was away
}

// Wait takes the orders that nobody has confirmed, oldest first. What is new among them
// came over the connection that Linked told last. Of the orders that were kept from an
// earlier run, tell before the first connection.
func (b *Decider) SetOrders(cards []ipc.Card) {
	known := make(map[ipc.Key]arrival, len(cards))
	for _, c := range cards {
		a, ok := b.arrivals[c.Key]
		if !ok || !a.at.Equal(c.At) {
			a = arrival{at: c.At, behind: b.connection.behind(c.At)}
		}
		known[c.Key] = a
	}
	b.waiting, b.arrivals = cards, known
}

// behind reports whether an order is older than the connection.
func (l *connection) behind(at time.Time) bool {
	return !at.IsZero() && at.Before(l.connectedAt.Add(-MissedAge)) // never made: year 1, and nothing is older
}

// meet starts the time of what is new.
func (b *Decider) noteArrivals(now time.Time) {
	for k, a := range b.arrivals {
		if !a.noted {
			a.noted, a.ringTime = true, b.ringTime.total
			a.missed = a.behind && now.Sub(b.connection.connectedAt) <= ReplayTime
			b.arrivals[k] = a
		}
	}
}

// missed is how many of the orders that are shown came while this PC was away.
func (b *Decider) missed(at time.Time) (n int) {
	if b.hidden(at) {
		return 0
	}
	for _, a := range b.arrivals {
		if a.missed {
			n++
		}
	}
	return n
}

// reminds reports whether an order has rung for so long that it should sound otherwise,
// and no order is so new that it should sound as one.
func (b *Decider) reminds(at time.Time) bool {
	oldest, newest := b.arrivalTimes()
	ran := b.ringTime.elapsed(at)
	return b.settings.Remind > 0 && ran >= oldest+b.remind() && ran >= newest+Fresh
}

func (b *Decider) remind() time.Duration { return time.Duration(b.settings.Remind) * time.Minute }

// rang is what the clock was when the first and the last of the orders came that wait.
func (b *Decider) arrivalTimes() (oldest, newest time.Duration) {
	oldest = b.ringTime.total
	for _, a := range b.arrivals {
		oldest, newest = min(oldest, a.ringTime), max(newest, a.ringTime)
	}
	return oldest, newest
}
