package eventlog

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"

	"jumun/shared/order"
	"jumun/shared/wire"
)

var (
	//go:embed ack.lua
	ackScript string
	//go:embed reopen.lua
	reopenScript string

	ack    = redis.NewScript(martScript + ackScript)
	reopen = redis.NewScript(martScript + reopenScript)
)

// Ack ends the ringing of the newest open order with a number in its whole mart: somebody confirmed
// it on the device called by. It returns the event of the ack; one without an ID if no order of that
// number is open. An error means that it is not known whether the order was acked; acking it again
// is safe, unless another order of that number is recorded meanwhile: AckAll is better.
func (l *Log) Ack(ctx context.Context, mart order.MartID, number order.OrderID, by string) (order.Event, error) {
	e, _, err := l.ack(ctx, mart, wire.AckOf{OrderID: number}, by)
	return e, err
}

// AckAll ends the ringing of orders by the IDs of their events, and returns a wire.Outcome for
// each. The first ack of an order wins; later ones change nothing. One that fails is to be sent
// again, and holds up no other; err is one of the reasons.
func (l *Log) AckAll(ctx context.Context, mart order.MartID, acks []wire.AckOf, by string) (outcomes []string, err error) {
	outcomes, errs := make([]string, len(acks)), make([]error, len(acks))
	var wg sync.WaitGroup
	for i, a := range acks {
		wg.Go(func() { // together they share pipelines
			if _, outcomes[i], errs[i] = l.ack(ctx, mart, a, by); errs[i] != nil {
				outcomes[i] = wire.OutcomeLater
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return outcomes, err
		}
	}
	return outcomes, nil
}

func (l *Log) ack(ctx context.Context, mart order.MartID, a wire.AckOf, by string) (order.Event, string, error) {
	if a.ID == Beginning { // no order has it
		return order.Event{}, wire.OutcomeUnknown, nil
	}
	e := order.Event{Mart: mart, Order: a.OrderID, Kind: order.Acked, Of: a.ID, By: order.Line(by, order.MaxName)}
	e, outcome, err := l.change(ctx, ack, e, "", string(a.ID), flag(a.Withdrawn))
	if err != nil {
		return order.Event{}, "", fmt.Errorf("ack order: %w", err)
	}
	if outcome != wire.OutcomeConfirmed {
		e.By = ""
	}
	return e, outcome, nil
}

// flag returns what a script takes for a bool.
func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}

// ErrTooLate is returned by Reopen if the order was not confirmed within wire.ReopenWithin, or is
// not one that can be opened again.
var ErrTooLate = errors.New("the order was not confirmed lately")

// Reopen takes the confirmation of an order back: it rings again in its whole mart. An order that
// is open stays so.
func (l *Log) Reopen(ctx context.Context, mart order.MartID, a wire.AckOf, by string) error {
	e := order.Event{Mart: mart, Order: a.OrderID, Kind: order.Reopened, Of: a.ID, By: order.Line(by, order.MaxName)}
	_, outcome, err := l.change(ctx, reopen, e, "", string(a.ID), wire.ReopenWithin.Milliseconds())
	if err != nil {
		return fmt.Errorf("reopen order: %w", err)
	}
	if outcome == isLate {
		return ErrTooLate
	}
	return nil
}
