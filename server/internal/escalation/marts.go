package escalation

import (
	"context"
	"slices"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/eventlog"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// listAtOnce is how many marts are looked at in one round trip.
	listAtOnce = 200
	// MaxMarts is how many marts a page has at most, and scanMarts how many are looked at for one: of those in a
	// rare state, there may be few among many.
	MaxMarts, scanMarts = 500, 5000
)

// Watched is where the marts are looked at.
type Watched struct {
	Orders  *eventlog.Log
	Devices *devices.Registry
}

// A look is what is known of a mart at one moment.
type look struct {
	mart    order.MartID
	hearing devices.Hearing
	waiting eventlog.Waiting
}

// look returns what is known of each of these marts now.
func (w Watched) look(ctx context.Context, marts []order.MartID) ([]look, error) {
	waiting, err := w.Orders.Waiting(ctx, marts) // first: a device that comes meanwhile has the orders
	if err != nil {
		return nil, err
	}
	hearing, err := w.Devices.Hearing(ctx, marts)
	if err != nil {
		return nil, err
	}
	looks := make([]look, len(marts))
	for i, mart := range marts {
		looks[i] = look{mart, hearing[i], waiting[i]}
	}
	return looks, nil
}

func (l look) status() wire.MartStatus {
	s := wire.MartStatus{MartID: l.mart, State: l.hearing.State, Known: l.hearing.Known, Connected: l.hearing.Connected,
		OrdersOpen: l.waiting.Orders, OldestAt: l.waiting.Oldest}
	if s.OrdersOpen > 0 {
		s.OldestAge = int64(max(0, l.hearing.Now.Sub(s.OldestAt)) / time.Second)
	}
	return s
}

// Mart returns the status of one mart, with its devices.
func (w Watched) Mart(ctx context.Context, mart order.MartID) (wire.MartStatus, error) {
	looks, err := w.look(ctx, []order.MartID{mart})
	if err != nil {
		return wire.MartStatus{}, err
	}
	status := looks[0].status()
	if status.Name, err = w.Devices.MartName(ctx, mart); err == nil {
		status.Devices, err = w.Devices.Statuses(ctx, mart)
	}
	return status, err
}

// Marts returns a page of at most limit marts that follow after, only those in a state if one is given. own, if
// it is not nil, are the marts to choose from, in place of all.
func (w Watched) Marts(ctx context.Context, own []order.MartID, state wire.MartState, after order.MartID, limit int) (page wire.Marts, err error) {
	next := w.Orders.Marts
	if own != nil {
		next = func(_ context.Context, after order.MartID, limit int) ([]order.MartID, error) {
			return following(own, after, limit), nil
		}
	}
	limit, page.Marts = min(limit, MaxMarts), []wire.MartStatus{}
	for scanned := 0; scanned < scanMarts; {
		some, err := next(ctx, after, listAtOnce)
		if err != nil || len(some) == 0 {
			return page, err
		}
		looks, err := w.look(ctx, some)
		if err != nil {
			return wire.Marts{}, err
		}
		for _, l := range looks {
			after, scanned = l.mart, scanned+1
			if s := l.status(); state == "" || s.State == state {
				if page.Marts = append(page.Marts, s); len(page.Marts) == limit {
					page.Next = after
					return page, nil
				}
			}
		}
	}
	page.Next = after
	return page, nil
}

// following returns at most limit of marts that follow after, in their order.
func following(marts []order.MartID, after order.MartID, limit int) []order.MartID {
	marts = slices.DeleteFunc(slices.Clone(marts), func(m order.MartID) bool { return m <= after })
	slices.Sort(marts)
	return marts[:min(limit, len(marts))]
}
