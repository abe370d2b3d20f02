package agent

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

// The wait before acks that the server did not take are sent again is doubled each time from
// firstAckRetry to lastAckRetry. It is shortened at random by up to a half, since all PCs of
// all marts lose a server at once.
const firstAckRetry, lastAckRetry = time.Second, 30 * time.Second

// An ackQueue sends to the server the acks of a mart that it does not have, in the order in which
// they were given, until it has them. The unsent acks are in orders, which survive a restart: the
// ackQueue stores nothing itself.
type ackQueue struct {
	orders *orders.Store
	mart   order.MartID
	send   func(context.Context, order.OrderID) error // client.ErrPointless: the server will never take it; client.ErrLater: it may take others
	sent   func()                                     // called after orders was told that an ack was sent
	wake   <-chan struct{}                            // holds a token while there is a reason to look
	log    *slog.Logger

	deferrals map[orders.Key]int // how often the server answered ErrLater, for unsent acks only
}

// run sends acks until ctx ends.
func (q *ackQueue) run(ctx context.Context) {
	var wait time.Duration
	for ctx.Err() == nil {
		err := q.flush(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			wait = 0
		case wait == 0: // logged once an outage: it may be a long one
			q.log.Warn("an ack was not sent; the agent tries again", "err", err)
			fallthrough
		default:
			wait = min(max(2*wait, firstAckRetry), lastAckRetry)
		}
		q.sleep(ctx, wait)
	}
}

// sleep waits for a reason to go on. Without wait only a wake-up or the end of ctx is one.
func (q *ackQueue) sleep(ctx context.Context, wait time.Duration) {
	var again <-chan time.Time
	if wait > 0 {
		again = time.After(time.Duration((1 - rand.Float64()/2) * float64(wait)))
	}
	select {
	case <-q.wake:
	case <-again:
	case <-ctx.Done():
	}
}

// flush sends the unsent acks up to the first one that the server does not take now: most likely
// it would not take the next one either. If it refuses only that one, the others come first the
// next time.
func (q *ackQueue) flush(ctx context.Context) error {
	for _, k := range q.unsent() {
		err := q.send(ctx, k.Order)
		switch {
		case errors.Is(err, client.ErrPointless):
			q.log.Warn("an ack is given up: the server will never take it", "mart", k.Mart, "order", k.Order, "err", err)
		case errors.Is(err, client.ErrLater):
			q.deferrals[k]++
			return err
		case err != nil:
			return err
		}
		q.orders.Sent(k)
		q.sent()
	}
	return nil
}

// unsent returns the unsent acks, oldest first, but last those that the server did not take so
// far.
func (q *ackQueue) unsent() []orders.Key {
	unsent := q.orders.Unsent(q.mart)
	deferrals := make(map[orders.Key]int)
	for _, k := range unsent {
		if n := q.deferrals[k]; n > 0 {
			deferrals[k] = n
		}
	}
	q.deferrals = deferrals
	slices.SortStableFunc(unsent, func(x, y orders.Key) int { return cmp.Compare(deferrals[x], deferrals[y]) })
	return unsent
}
