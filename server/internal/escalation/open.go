package escalation

import (
	"context"

	"jumun/server/internal/eventlog"
	"jumun/shared/order"
)

// maxOpen is how many open orders of a mart are looked at, the oldest first.
const maxOpen = 1024

// openOrders are the open orders of a mart, and what the log said when they were read.
type openOrders struct {
	head    order.ID
	waiting eventlog.Waiting
	events  []order.Event
}

// openOf returns the open orders of a mart. It reads them only if the log has changed: when many marts are away, as many
// orders wait, and each mart is looked at every other second.
func (e *Escalator) openOf(ctx context.Context, l look) ([]order.Event, error) {
	if l.waiting.Orders == 0 {
		delete(e.open, l.mart)
		return nil, nil
	}
	head, err := e.opts.Orders.Newest(ctx, l.mart) // before the orders: what comes meanwhile is read again
	if err != nil {
		return nil, err
	}
	if known, ok := e.open[l.mart]; ok && known.head == head && known.waiting == l.waiting {
		return known.events, nil
	}
	page, err := e.opts.Orders.Page(ctx, l.mart, "", maxOpen)
	if err != nil {
		return nil, err
	}
	e.open[l.mart] = openOrders{head, l.waiting, page.Events}
	return page.Events, nil
}
