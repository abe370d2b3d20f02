package eventlog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	historyPage = 1000    // entries read at once
	maxHistory  = 100_000 // entries read at most: ten times what a log has by default
)

// History returns what happened to the orders with a number, newest first. It reads the whole log of
// the mart.
func (l *Log) History(ctx context.Context, mart order.MartID, number order.OrderID) (wire.History, error) {
	h := wire.History{MartID: mart, OrderID: number, Orders: []wire.PastOrder{}, Devices: []wire.Device{}}
	for after, read := "-", 0; ; {
		entries, err := l.client.XRangeN(ctx, LogKey(mart), after, "+", historyPage).Result()
		if err != nil {
			return wire.History{}, fmt.Errorf("read the history of an order: %w", err)
		}
		for _, e := range l.events(mart, entries) {
			if e.Order == number && e.Kind != order.Tested {
				addPast(&h, e)
			}
		}
		if read += len(entries); len(entries) < historyPage || read >= maxHistory {
			h.Cut = len(entries) == historyPage
			break
		}
		after = "(" + entries[len(entries)-1].ID
	}
	slices.Reverse(h.Orders)
	return h, l.markPast(ctx, mart, number, h.Orders)
}

// addPast adds an event to the history, oldest first.
func addPast(h *wire.History, e order.Event) {
	if e.Kind == order.Placed {
		h.Orders = append(h.Orders, wire.PastOrder{ID: e.ID, Key: e.Key, Way: e.Way, At: e.At,
			Summary: e.Summary, Amount: e.Amount, PlacedAt: e.PlacedAt, Events: []wire.PastEvent{}})
		return
	}
	at := slices.IndexFunc(h.Orders, func(o wire.PastOrder) bool { return o.ID == e.Of })
	if at < 0 { // the log no longer reaches back to it
		h.Orders = append(h.Orders, wire.PastOrder{ID: e.Of, Events: []wire.PastEvent{}})
		at = len(h.Orders) - 1
	}
	h.Orders[at].Events = append(h.Orders[at].Events, wire.PastEvent{Event: string(e.Kind), ID: e.ID, Device: e.By, At: e.At})
}

// markPast fills in which orders are open, and which are remembered.
func (l *Log) markPast(ctx context.Context, mart order.MartID, number order.OrderID, orders []wire.PastOrder) error {
	records, err := l.remembered(ctx, mart, number)
	if err != nil {
		return err
	}
	placed := make([]*order.Event, len(orders))
	for i, o := range orders {
		placed[i] = &order.Event{ID: o.ID, Mart: mart, Order: number}
	}
	if len(orders) == 0 {
		return nil
	}
	open, err := l.openAmong(ctx, mart, placed)
	for i := range orders {
		orders[i].Open = open.has(*placed[i])
		orders[i].Remembered = slices.ContainsFunc(records, func(r record) bool { return r.id == orders[i].ID })
	}
	return err
}

// A record is what is remembered of an order: see mart.lua.
type record struct {
	id, ended order.ID
	said      string // by the withdrawal, if the order was withdrawn before it was recorded
}

// remembered returns the records of a number, oldest first.
func (l *Log) remembered(ctx context.Context, mart order.MartID, number order.OrderID) (records []record, err error) {
	text, err := l.client.Get(ctx, seenKey(mart, number)).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	for line := range strings.SplitSeq(text, "\n") {
		words := append(strings.SplitN(line, " ", 4), "", "", "")
		if id, err := order.ParseID(words[0]); err == nil {
			records = append(records, record{id: id, ended: order.ID(words[1]), said: words[3]})
		}
	}
	return records, nil
}

// eventOf returns what is known of the order of a record.
func (l *Log) eventOf(ctx context.Context, mart order.MartID, r record) (order.Event, error) {
	if r.id != Beginning {
		return l.eventAt(ctx, mart, r.id)
	}
	e, _ := parseBody(mart, Position{}, r.id, r.said) // one that cannot be read says nothing
	return e, nil
}

// Foresee returns what Record would do with p, which is no withdrawal, and changes nothing. now is the
// time by the log's clock.
func (l *Log) Foresee(ctx context.Context, p order.Placement) (wire.Forecast, error) {
	now, err := l.client.Time(ctx).Result()
	if err != nil {
		return wire.Forecast{}, err
	}
	keyed, err := l.keyed(ctx, p)
	if err != nil || keyed != "" {
		return wire.Forecast{Outcome: wire.ForecastRepeat, ID: keyed, Why: wire.WhyKey}, err
	}
	records, err := l.remembered(ctx, p.Mart, p.Order)
	if err != nil {
		return wire.Forecast{}, err
	}
	for _, r := range slices.Backward(records) {
		e, err := l.eventOf(ctx, p.Mart, r)
		if err != nil {
			return wire.Forecast{}, err
		}
		earlier := order.Earlier{Key: e.Key, Details: e.Details, Confirmed: r.ended.Time()}
		if earlier.IsRepeatedBy(p.Key, presentable(p.Details), now) {
			return wire.Forecast{Outcome: wire.ForecastRepeat, ID: r.id, Why: whyRepeats(earlier), Confirmed: r.ended.Time()}, nil
		}
	}
	if len(records) > 0 {
		return wire.Forecast{Outcome: wire.ForecastRings, Why: wire.WhyUsed, ID: records[len(records)-1].id}, nil
	}
	return wire.Forecast{Outcome: wire.ForecastRings, Why: wire.WhyNew}, nil
}

func (l *Log) keyed(ctx context.Context, p order.Placement) (order.ID, error) {
	if p.Key == "" {
		return "", nil
	}
	id, err := l.client.Get(ctx, keyKey(p.Mart, p.Key)).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return order.ID(id), err
}

func whyRepeats(e order.Earlier) string {
	if e.Confirmed.IsZero() {
		return wire.WhyOpen
	}
	return wire.WhyConfirmed
}
