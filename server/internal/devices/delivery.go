package devices

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A position is what a device has of its mart's log: every event from a time on, up to one.
type position struct {
	last order.ID
	from time.Time // zero: from the first one since it was paired
}

// FillHistory fills in the devices of a history, and what is known of the way of its orders to each. Nothing is stored of each
// order for that: it follows from up to where a device has told that it has the log, and from when it was connected. So an
// order costs the same however many devices hear it.
func (r *Registry) FillHistory(ctx context.Context, h *wire.History) (err error) {
	if h.Devices, err = r.Devices(ctx, h.MartID); err != nil {
		return err
	}
	past, err := r.Connections(ctx, h.MartID, "")
	if err != nil {
		return err
	}
	positions, err := r.positions(ctx, h.MartID)
	if err != nil {
		return fmt.Errorf("read up to where the devices of a mart have its log: %w", err)
	}
	byDevice := make(map[string][]wire.Connection)
	for _, c := range past.Connections {
		byDevice[c.Device] = append(byDevice[c.Device], c)
	}
	for i, o := range h.Orders {
		h.Orders[i].Deliveries = deliveries(o, h.Devices, byDevice, positions)
	}
	return nil
}

func (r *Registry) positions(ctx context.Context, mart order.MartID) (map[string]position, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	kept, err := r.client.HGetAll(ctx, positionsKey(mart)).Result()
	all := make(map[string]position, len(kept))
	for id, text := range kept {
		last, from, _ := strings.Cut(text, " ")
		ms, fromErr := strconv.ParseInt(from, 10, 64)
		if _, err := order.ParseID(last); cmp.Or(err, fromErr) != nil {
			r.foreign.Skip("err", redisconn.NotOurs("the position of device %.100q of mart %s", id, mart))
			continue
		}
		all[id] = position{last: order.ID(last)}
		if ms > 0 {
			all[id] = position{order.ID(last), time.UnixMilli(ms)}
		}
	}
	return all, err
}

// deliveries returns what is known of the way of o to each device that could hear it. The log may no longer have o.
func deliveries(o wire.PastOrder, devices []wire.Device, past map[string][]wire.Connection, positions map[string]position) (all []wire.Delivery) {
	for _, d := range devices {
		revoked := !d.RevokedAt.IsZero() && d.RevokedAt.Before(o.At)
		if o.At.IsZero() || revoked || d.PairedAt.After(o.At) {
			continue
		}
		state, at := delivery(o, past[d.ID], positions[d.ID])
		all = append(all, wire.Delivery{Device: d.ID, Name: d.Name, State: state, At: at})
	}
	return all
}

// delivery returns the state of o at a device with these connections, oldest first, and when it was sent, if that is known.
func delivery(o wire.PastOrder, past []wire.Connection, p position) (state string, at time.Time) {
	hears := !o.At.Before(p.from) || wasOpen(o, p.from) // a device that begins anew gets the orders that are open
	state, at = sent(o.At, past)
	if state == wire.DeliverySent && at.After(o.At) && !hears {
		state, at = wire.DeliveryUnknown, time.Time{} // it came back without its memory, and was not sent what was answered
	}
	if hears && p.last.Compare(o.ID) >= 0 {
		state = wire.DeliveryReceived
	}
	return state, at
}

// sent returns whether and when an order was sent, by when the device was connected.
func sent(recorded time.Time, past []wire.Connection) (state string, at time.Time) {
	next := slices.IndexFunc(past, func(c wire.Connection) bool { return c.At.After(recorded) })
	if next < 0 {
		next = len(past)
	}
	if next > 0 && !isGap(past[next-1].Event) {
		return wire.DeliverySent, recorded
	}
	for _, c := range past[next:] {
		if c.Event == wire.ConnectionCame || c.Event == wire.ConnectionHeard {
			return wire.DeliverySent, c.At
		}
	}
	if next == 0 {
		return wire.DeliveryUnknown, time.Time{}
	}
	return wire.DeliveryWaiting, time.Time{}
}

// isGap reports whether a device is not connected after what happened to its connection.
func isGap(event string) bool {
	return slices.Contains([]string{wire.ConnectionLost, wire.ConnectionAsleep, wire.ConnectionQuit, wire.ConnectionRevoked}, event)
}

// wasOpen reports whether nobody had done anything about o at a time.
func wasOpen(o wire.PastOrder, at time.Time) bool {
	return !slices.ContainsFunc(o.Events, func(e wire.PastEvent) bool { return e.Event != wire.EscalateEvent && !e.At.After(at) })
}
