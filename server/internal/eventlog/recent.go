package eventlog

import (
	"context"
	"fmt"
	"slices"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// recentEntries is how much of a log is read for the last orders, and recentOrders how many are shown at most: those of
	// a busy hour, with what happened to each.
	recentEntries, recentOrders = 400, 100
)

// Recent returns what happened to the last orders of a mart, newest first.
func (l *Log) Recent(ctx context.Context, mart order.MartID) (wire.Recent, error) {
	entries, err := l.client.XRevRangeN(ctx, LogKey(mart), "+", "-", recentEntries).Result()
	if err != nil {
		return wire.Recent{}, fmt.Errorf("read the last orders: %w", err)
	}
	slices.Reverse(entries)
	var h wire.History
	numbers := make(map[order.ID]order.OrderID)
	for _, e := range l.events(mart, entries) {
		if e.Kind != order.Tested {
			addPast(&h, e)
		}
		if e.Kind == order.Placed {
			numbers[e.ID] = e.Order
		}
	}
	// What happened to orders of before says little without them.
	past := slices.DeleteFunc(h.Orders, func(o wire.PastOrder) bool { return numbers[o.ID] == "" })
	past = past[max(0, len(past)-recentOrders):]
	return l.recentOf(ctx, mart, past, numbers)
}

func (l *Log) recentOf(ctx context.Context, mart order.MartID, past []wire.PastOrder, numbers map[order.ID]order.OrderID) (wire.Recent, error) {
	recent := wire.Recent{Orders: []wire.RecentOrder{}}
	if len(past) == 0 {
		return recent, nil
	}
	placed := make([]*order.Event, len(past))
	for i, o := range past {
		placed[i] = &order.Event{ID: o.ID, Mart: mart, Order: numbers[o.ID]}
	}
	open, err := l.openAmong(ctx, mart, placed)
	for i, o := range slices.Backward(past) {
		o.Open = open.has(*placed[i])
		recent.Orders = append(recent.Orders, wire.RecentOrder{OrderID: numbers[o.ID], Order: o})
	}
	return recent, err
}
