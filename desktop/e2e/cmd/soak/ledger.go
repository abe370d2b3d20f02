//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"

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
			Kind  order.Kind    `json:"kind"`
			Order order.OrderID `json:"order"`
		}
		if err := json.Unmarshal([]byte(r.fields["event"]), &event); err != nil {
			return nil, fmt.Errorf("entry %s of mart %s: %w", r.id, m, err)
		}
		found = append(found, entry{r.id, order.ID(r.fields["prev"]), event.Kind, event.Order})
	}
	return found, nil
}
