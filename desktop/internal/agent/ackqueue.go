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

// How long to wait before a confirmation that the server did not take is sent again:
// doubled each time, and shortened at random by up to a half, since all PCs of all marts
// lose a server at once.
const firstAckRetry, lastAckRetry = time.Second, 30 * time.Second

// An outbox sends the server the confirmations of a mart that it does not have, in their
// order, for as long as it takes. What it has to send is in the inbox: it has no queue.
type ackQueue struct {
	orders *orders.Inbox
	mart   order.MartID
	send   func(context.Context, order.OrderID) error // client.ErrPointless: it will never be taken; client.ErrLater: others may be
	sent   func()                                     // the inbox was told that one was
	wake   <-chan struct{}                            // has a token when there is reason to look now
	log    *slog.Logger

	deferrals map[orders.Key]int // how often the server answered that it cannot take them; only what is unsent is in it
}

// run sends until ctx ends.
func (o *ackQueue) run(ctx context.Context) {
	var wait time.Duration
	for ctx.Err() == nil {
		err := o.flush(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			wait = 0
		case wait == 0: // once an outage: it may be a long one
			o.log.Warn("a confirmation was not sent; it is tried again", "err", err)
			fallthrough
		default:
			wait = min(max(2*wait, firstAckRetry), lastAckRetry)
		}
		o.rest(ctx, wait)
	}
}

// rest waits for a reason to go on; a wait of 0 is for ever.
func (o *ackQueue) rest(ctx context.Context, wait time.Duration) {
	var again <-chan time.Time
	if wait > 0 {
		again = time.After(time.Duration((1 - rand.Float64()/2) * float64(wait)))
	}
	select {
	case <-o.wake:
	case <-again:
	case <-ctx.Done():
	}
}

// flush sends what is unsent, up to the first one that the server does not take now: the
// next would have to wait for the same. If the server is there and it is that one alone,
// the others come before it the next time.
func (o *ackQueue) flush(ctx context.Context) error {
	for _, k := range o.unsent() {
		err := o.send(ctx, k.Order)
		switch {
		case errors.Is(err, client.ErrPointless):
			o.log.Warn("a confirmation is not sent: the server will never take it", "mart", k.Mart, "order", k.Order, "err", err)
		case errors.Is(err, client.ErrLater):
			o.deferrals[k]++
			return err
		case err != nil:
			return err
		}
		o.orders.Sent(k)
		o.sent()
	}
	return nil
}

// queue is what is unsent, in its order, but for those that the server did not take so
// far: they come last.
func (o *ackQueue) unsent() []orders.Key {
	unsent := o.orders.Unsent(o.mart)
	still := make(map[orders.Key]int)
	for _, k := range unsent {
		if n := o.deferrals[k]; n > 0 {
			still[k] = n
		}
	}
	o.deferrals = still
	slices.SortStableFunc(unsent, func(x, y orders.Key) int { return cmp.Compare(still[x], still[y]) })
	return unsent
}
