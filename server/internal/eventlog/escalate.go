package eventlog

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
)

var (
	//go:embed escalate.lua
	escalateScript string

	escalate = redis.NewScript(martScript + escalateScript)
)

// ToldKey returns the key of what people outside of a mart were told (hash): package escalation writes it, but for
// the fields that begin with "shown:", which say of which orders the devices know that.
func ToldKey(mart order.MartID) string { return redisconn.MartKey(mart, "told") }

// Escalate appends and announces, once, that people outside of the store were told of the order that placed has
// placed, if it is open.
func (l *Log) Escalate(ctx context.Context, placed order.Event) error {
	e := order.Event{Mart: placed.Mart, Order: placed.Order, Kind: order.Escalated}
	if _, _, err := l.changeWith(ctx, escalate, e, ToldKey(placed.Mart), string(placed.ID)); err != nil {
		return fmt.Errorf("record that people were told of an order: %w", err)
	}
	return nil
}

// Ended returns what has ended the order with this number whose event has this ID: the event of an ack or of a
// withdrawal. ended is false if nothing has, or that is not known. The log may have lost the event, which then is an
// ack without a time.
func (l *Log) Ended(ctx context.Context, mart order.MartID, number order.OrderID, id order.ID) (by order.Event, ended bool, err error) {
	records, err := l.remembered(ctx, mart, number)
	if err != nil {
		return order.Event{}, false, fmt.Errorf("look what has ended an order: %w", err)
	}
	for _, r := range records {
		if r.id == id && r.ended != "" {
			by, err = l.eventAt(ctx, mart, r.ended)
			if by.Kind == "" {
				by = order.Event{Mart: mart, Order: number, Kind: order.Acked, Of: id}
			}
			return by, err == nil, err
		}
	}
	return order.Event{}, false, nil
}
