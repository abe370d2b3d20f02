package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// freshTime is how long a new order sounds as new while an older one sounds as a reminder:
	// the kitchen has to hear that there is another order.
	freshTime = 10 * time.Second
	// missedAge is how much older than the connection an order must be to count as missed:
	// the clocks of publisher, server and PC do not agree to the second.
	missedAge = 20 * time.Second
	// replayTime is how long after connecting missed orders may come. An order that comes
	// later and looks old was just placed: the PC's clock is wrong.
	replayTime = time.Minute
)

// An arrival is what the Decider knows of an order that waits.
type arrival struct {
	noted    bool          // Decide was called since it came
	ringTime time.Duration // Decider.ringTime at that call
	old      bool          // it is older than the connection over which it came
	missed   bool          // it came while this PC was away
}

// SetOrders sets the orders that need a person, oldest first: those that nobody has confirmed, and
// those of which nobody has read that they were withdrawn (ipc.CardCancelled). The new ones among
// them came over the connection that SetConnection reported last. Orders that were stored by an
// earlier run must be set before the first connection.
func (d *Decider) SetOrders(cards []ipc.Card) {
	arrivals, cancelled := make(map[ipc.Key]arrival, len(cards)), make(map[ipc.Key]bool)
	var waiting []ipc.Card
	unheard := false
	for _, c := range cards {
		if c.Kind == ipc.CardCancelled {
			unheard = unheard || !d.cancelled[c.Key]
			cancelled[c.Key] = true
			continue
		}
		a, known := d.arrivals[c.Key]
		if !known {
			a = arrival{old: d.connection.isNewerThan(c.At)}
		}
		arrivals[c.Key], waiting = a, append(waiting, c)
	}
	d.open, d.waiting, d.arrivals, d.cancelled = cards, waiting, arrivals, cancelled
	d.cancelledUnheard = len(cancelled) > 0 && (d.cancelledUnheard || unheard)
}

// count returns how many orders wait: one card may be about many.
func (d *Decider) count() (n int) {
	for _, c := range d.waiting {
		n += max(1, c.N)
	}
	return n
}

// isNewerThan reports whether an order was recorded clearly before the connection was made.
func (c *connection) isNewerThan(at time.Time) bool {
	return !at.IsZero() && at.Before(c.connectedAt.Add(-missedAge)) // never connected: year 1, and nothing is older
}

// noteArrivals starts the ring time of the new orders.
func (d *Decider) noteArrivals(now time.Time) {
	for k, a := range d.arrivals {
		if !a.noted {
			a.noted, a.ringTime = true, d.ringTime.total
			a.missed = a.old && now.Sub(d.connection.connectedAt) <= replayTime
			d.arrivals[k] = a
		}
	}
}

// missed returns how many of the orders that are shown came while this PC was away.
func (d *Decider) missed(at time.Time) (n int) {
	if d.hidden(at) {
		return 0
	}
	for _, a := range d.arrivals {
		if a.missed {
			n++
		}
	}
	return n
}

// reminds reports whether the sound should be the reminder: an order has rung for long enough,
// and no order is so new that it should sound as new.
func (d *Decider) reminds(at time.Time) bool {
	oldest, newest := d.arrivalTimes()
	ran := d.ringTime.elapsed(at)
	return d.settings.Remind > 0 && ran >= oldest+d.remind() && ran >= newest+freshTime
}

func (d *Decider) remind() time.Duration { return time.Duration(d.settings.Remind) * time.Minute }

// arrivalTimes returns the ring time at which the first and the last waiting order came.
func (d *Decider) arrivalTimes() (oldest, newest time.Duration) {
	oldest = d.ringTime.total
	for _, a := range d.arrivals {
		oldest, newest = min(oldest, a.ringTime), max(newest, a.ringTime)
	}
	return oldest, newest
}
