package eventlog

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jumun/shared/order"
)

var (
	//go:embed ack.lua
	ackScript string

	ack = redis.NewScript(appendScript + ackScript)
)

// Ack ends the ringing of an order in its whole mart: somebody confirmed it on the device
// called by. The first ack wins; later ones change nothing and return the event of the
// first, without its By. An order that the log does not know is acked too. An error means
// that it is not known whether the order was acked; acking it again is safe.
func (l *Log) Ack(ctx context.Context, mart order.MartID, number order.OrderID, by string) (order.Event, error) {
	e := order.Event{Mart: mart, Order: number, Kind: order.Acked, By: order.Line(by, order.MaxName)}
	e, repeated, err := l.change(ctx, ack, e)
	if err != nil {
		return order.Event{}, fmt.Errorf("ack order: %w", err)
	}
	if repeated {
		e.By = ""
	}
	return e, nil
}
