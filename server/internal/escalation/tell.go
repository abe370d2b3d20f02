package escalation

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"jumun/server/internal/escalation/webhook"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// do does one step. What is to be told is noted as told first, and that it is due: a server that is killed in between
// leaves that to the next one, and what people were told is never forgotten.
func (e *Escalator) do(ctx context.Context, p *Policy, s situation, st step) error {
	if st.event != nil && st.event.Type == Offline {
		gone, err := e.allRevoked(ctx, s.mart)
		if err != nil {
			return err
		}
		if gone {
			st.event, st.told = nil, outage{Since: s.told.outage.Since, Revoked: s.hearing.Known}
		}
	}
	if err := writeTold(ctx, e.opts.Orders.Client(), s.mart, st); err != nil || st.event == nil {
		return err
	}
	return e.tellDue(ctx, p, s.mart, st.field, *st.event)
}

// tellDue tells what is due, which may have been told before, and then notes that it is due no more.
func (e *Escalator) tellDue(ctx context.Context, p *Policy, mart order.MartID, field string, ev event) error {
	if err := e.tell(ctx, p, ev); err != nil {
		return err
	}
	return doneTelling(ctx, e.opts.Orders.Client(), mart, field)
}

// allRevoked reports whether no device may hear a mart any more: then none is missed there.
func (e *Escalator) allRevoked(ctx context.Context, mart order.MartID) (bool, error) {
	list, err := e.opts.Devices.Devices(ctx, mart)
	return !slices.ContainsFunc(list, func(d wire.Device) bool { return d.RevokedAt.IsZero() }), err
}

// tell tells people, by the targets of the mart, and the devices that people were told.
func (e *Escalator) tell(ctx context.Context, p *Policy, ev event) (err error) {
	if ev.Data.MartName, err = e.opts.Devices.MartName(ctx, ev.Data.MartID); err != nil {
		return err
	}
	to, added, err := e.enqueue(ctx, p, ev)
	if err != nil {
		return err
	}
	if added || to == 0 {
		e.opts.CountEscalation(string(ev.Type))
		e.log(ev, to)
	}
	if to > 0 && (ev.Type == Undelivered || ev.Type == Unconfirmed) {
		return e.opts.Orders.Escalate(ctx, order.Event{Mart: ev.Data.MartID, Order: ev.Data.OrderID, ID: ev.Data.ID})
	}
	return nil
}

// enqueue adds ev to the queue of each of its targets. added reports whether that was new anywhere.
func (e *Escalator) enqueue(ctx context.Context, p *Policy, ev event) (to int, added bool, err error) {
	for _, t := range p.targetsOf(ev.Data.MartID, ev.Type) {
		new, err := webhook.NewQueue(e.opts.Orders.Client(), t.Target).Add(ctx, ev.message(t), string(ev.Type), time.Now())
		switch {
		case errors.Is(err, webhook.ErrFull), errors.Is(err, webhook.ErrOff):
			e.opts.CountWebhook(t.Name, webhook.Dropped)
			e.opts.Log.Error("a webhook was dropped", "target", t.Name, "type", ev.Type, "mart", ev.Data.MartID, "err", err)
		case err != nil:
			return to, added, err
		default:
			to++
		}
		if new {
			added = true
			e.wakeUp(t.Name)
		}
	}
	return to, added, nil
}

func (e *Escalator) wakeUp(target string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if wake := e.wake[target]; wake != nil {
		wake()
	}
}

// log writes what people are told into the log, in which it stands also if there is no target.
func (e *Escalator) log(ev event, targets int) {
	level := slog.LevelWarn
	if ev.Type == Confirmed || ev.Type == Withdrawn || ev.Type == Online {
		level = slog.LevelInfo
	}
	d, attrs := ev.Data, []any{"cause", ev.Type, "webhook", ev.id(), "targets", targets}
	if d.MartID != "" {
		attrs = append(attrs, "mart", d.MartID, "for", time.Duration(d.Seconds)*time.Second)
	}
	if d.OrderID != "" {
		attrs = append(attrs, "order", d.OrderID, "id", d.ID)
	}
	if d.Way != "" {
		attrs = append(attrs, "way", d.Way, "reason", d.Reason)
	}
	e.opts.Log.Log(context.Background(), level, meaning[ev.Type], attrs...)
}

// meaning is what an operator reads of a cause.
var meaning = map[Cause]string{
	Undelivered: "no device is there that has an order", Unconfirmed: "nobody answers an order",
	Confirmed: "an order of which people were told was answered", Withdrawn: "an order of which people were told was withdrawn",
	Offline: "no device of a mart can be heard", Online: "a device of a mart can be heard again", Refused: "something that came by a way in was no order",
}
