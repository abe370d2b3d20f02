package escalation

import (
	"context"
	"slices"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/shared/order"
)

// dropAfter is how long a mart has neither orders nor devices before it is taken off the list.
const dropAfter = time.Hour

// rounds says which marts are to be looked at when.
type rounds struct {
	pace   time.Duration
	listAt time.Time // when the list of the marts is read again
	next   map[order.MartID]time.Time
	empty  map[order.MartID]time.Time // marts that have nothing: since when
}

func newRounds(pace time.Duration) *rounds {
	return &rounds{pace: pace, next: make(map[order.MartID]time.Time), empty: make(map[order.MartID]time.Time)}
}

func (r *rounds) listDue(now time.Time) bool { return !now.Before(r.listAt) }

// setMarts takes the list of the marts. New ones are due at once.
func (r *rounds) setMarts(marts []order.MartID, now time.Time) {
	r.listAt = now.Add(r.pace)
	next := make(map[order.MartID]time.Time, len(marts))
	for _, mart := range marts {
		next[mart] = r.next[mart]
	}
	r.next = next
}

// due returns the marts to look at now, as many at once as one round trip takes.
func (r *rounds) due(now time.Time) (chunks [][]order.MartID) {
	var marts []order.MartID
	for mart, at := range r.next {
		if !now.Before(at) {
			marts = append(marts, mart)
		}
	}
	return slices.Collect(slices.Chunk(marts, listAtOnce))
}

// pause returns how long nothing is due.
func (r *rounds) pause(now time.Time) time.Duration {
	first := r.listAt
	for _, at := range r.next {
		if at.Before(first) {
			first = at
		}
	}
	return max(first.Sub(now), fastestPace/2)
}

// soon is how soon a mart is looked at again of which people were told something that may end.
const soon = 2 * time.Second

// seen notes when a mart is to be looked at again that was looked at when it was began here: when something is
// due there, next by the clock of Redis.
func (r *rounds) seen(ctx context.Context, orders *eventlog.Log, s situation, next, began time.Time, failed bool) error {
	again := r.pace
	if len(s.told.orders) > 0 || s.told.outage != nil || failed {
		again = min(again, soon)
	}
	if !next.IsZero() {
		again = min(again, next.Sub(s.now))
	}
	r.next[s.mart] = began.Add(max(again, fastestPace/2))
	return r.dropEmpty(ctx, orders, s, began)
}

// dropEmpty takes a mart off the list that has had nothing for long: somebody has mistyped it once.
func (r *rounds) dropEmpty(ctx context.Context, orders *eventlog.Log, s situation, now time.Time) error {
	if s.hearing.Known > 0 || s.waiting.Orders > 0 || len(s.told.orders) > 0 {
		delete(r.empty, s.mart)
		return nil
	}
	since, ok := r.empty[s.mart]
	if !ok {
		r.empty[s.mart] = now
	} else if now.Sub(since) > dropAfter {
		delete(r.empty, s.mart)
		return orders.DropMart(ctx, s.mart)
	}
	return nil
}
