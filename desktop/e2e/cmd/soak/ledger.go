//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"

	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

// A ledger is one mart's log as read from Redis itself: the truth that devices are compared
// with.
type ledger struct {
	mart    order.MartID
	entries []entry // in the log's order
}

// An entry is one entry of a log.
type entry struct {
	id, prev order.ID
	kind     order.Kind
	number   order.OrderID
	of       order.ID // the order that it changes; its own ID, if it is an order
	serial   serial   // of an order
}

func logKey(m order.MartID) string  { return "jumun:{" + string(m) + "}:log" }
func channel(m order.MartID) string { return "jumun:{" + string(m) + "}:events" }

// page is how many entries are read at once.
const page = 1000

// read reads the entries that were appended since the last read.
func (l *ledger) read(ctx context.Context, redis *caller) error {
	for {
		from := "-"
		if n := len(l.entries); n > 0 {
			from = "(" + string(l.entries[n-1].id)
		}
		more, err := entries(ctx, redis, l.mart, from, page)
		if err != nil {
			return err
		}
		l.entries = append(l.entries, more...)
		if len(more) < page {
			return nil
		}
	}
}

// A rawEntry is an entry of the Redis stream.
type rawEntry struct {
	id     order.ID
	fields map[string]string
}

func rawEntries(ctx context.Context, redis *caller, key, from string, count int) ([]rawEntry, error) {
	reply, err := redis.do(ctx, "XRANGE", key, from, "+", "COUNT", fmt.Sprint(count))
	if err != nil {
		return nil, err
	}
	list, _ := reply.([]any)
	var found []rawEntry
	for _, item := range list {
		pair, _ := item.([]any)
		if len(pair) != 2 {
			return nil, errReply
		}
		id, _ := pair[0].(string)
		flat, _ := pair[1].([]any)
		e := rawEntry{order.ID(id), make(map[string]string)}
		for i := 0; i+1 < len(flat); i += 2 {
			name, _ := flat[i].(string)
			e.fields[name], _ = flat[i+1].(string)
		}
		found = append(found, e)
	}
	return found, nil
}

func entries(ctx context.Context, redis *caller, m order.MartID, from string, count int) ([]entry, error) {
	raw, err := rawEntries(ctx, redis, logKey(m), from, count)
	if err != nil {
		return nil, err
	}
	var found []entry
	for _, r := range raw {
		var event struct {
			Kind    order.Kind    `json:"kind"`
			Order   order.OrderID `json:"order"`
			Of      order.ID      `json:"of"`
			Summary serial        `json:"summary"`
		}
		if err := json.Unmarshal([]byte(r.fields["event"]), &event); err != nil {
			return nil, fmt.Errorf("entry %s of mart %s: %w", r.id, m, err)
		}
		if event.Kind == order.Placed {
			event.Of = r.id
		}
		found = append(found, entry{r.id, order.ID(r.fields["prev"]), event.Kind, event.Order, event.Of, event.Summary})
	}
	return found, nil
}

// A fate is what became of an order, by its mart's log.
type fate struct {
	serial    serial
	state     orders.State // of before anybody on a device pressed anything that is not in the log
	placed    int          // how often it is in the log
	acked     bool         // it was confirmed at some time
	cancelled bool         // it was withdrawn
	reopened  int          // how often its confirmation was taken back
}

// fates returns what became of each order, and what cannot be: it is confirmed twice, say.
func (l *ledger) fates() (map[order.ID]*fate, []violation) {
	all := make(map[order.ID]*fate)
	var wrong []violation
	for _, e := range l.entries {
		f := all[e.of]
		if f == nil {
			f = &fate{serial: e.serial}
			all[e.of] = f
		}
		if !f.take(e.kind) {
			wrong = append(wrong, violation{onceKept, l.mart, e.number, "-", fmt.Sprintf("%q of %s is in the log as %s, when it was %q", e.kind, e.of, e.id, f.state)})
		}
	}
	return all, wrong
}

// take changes f by an event, and reports whether such an event may come.
func (f *fate) take(kind order.Kind) (may bool) {
	was := f.state
	switch kind {
	case order.Placed:
		f.placed++
		f.state = orders.Waiting
		return was == ""
	case order.Acked:
		f.acked = f.acked || was == orders.Waiting
		f.state = orders.Confirmed
		return was == orders.Waiting || was == orders.Cancelled
	case order.Cancelled:
		may = !f.cancelled
		f.state, f.cancelled = orders.Cancelled, true
		return may
	case order.Reopened:
		f.reopened++
		f.state = orders.Waiting
		return was == orders.Confirmed
	}
	return false
}
