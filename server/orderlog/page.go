package orderlog

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jumun/shared/order"
)

// beginning is what the first event of a log names as the one before it.
const beginning order.ID = "0-0"

// Page reads the log of mart: what follows after, in the log's order, at most limit
// events. Without after it has the orders that are still open, and Last is where the log
// stood. An after that the log does not know (not an ID, another mart's, too old, from
// the future) is a Gap, and the page begins where the log does.
//
// Nothing that was recorded before the call is left out, whatever is recorded meanwhile.
// Placed events are Confirmed if their order is no longer open.
func (l *Log) Page(ctx context.Context, mart order.MartID, after order.ID, limit int) (order.Page, error) {
	read := l.pageAfter
	if after == "" {
		read = l.pageOfOpen
	}
	page, err := read(ctx, mart, after, max(limit, 1))
	if err != nil {
		return order.Page{}, fmt.Errorf("read the log: %w", err)
	}
	return page, nil
}

func (l *Log) pageAfter(ctx context.Context, mart order.MartID, after order.ID, limit int) (order.Page, error) {
	entries, known, err := l.entriesAfter(ctx, mart, after, limit+1)
	page := order.Page{Last: after}
	if err == nil && !known {
		page = order.Page{Gap: true}
		entries, err = l.client.XRangeN(ctx, logKey(mart), "-", "+", int64(limit)+1).Result()
		if len(entries) > 0 {
			page.Oldest = order.ID(entries[0].ID)
		}
	}
	if err != nil {
		return order.Page{}, err
	}
	page.More = len(entries) > limit
	entries = entries[:min(limit, len(entries))]
	if len(entries) > 0 { // what cannot be read is passed over, or no page would get beyond it
		page.Last = order.ID(entries[len(entries)-1].ID)
	}
	page.Events = l.events(mart, entries)
	return page, l.markConfirmed(ctx, mart, page.Events)
}

// entriesAfter reads what follows after, and whether the log still reaches back to it.
// It asks that last: a log is trimmed from its beginning, so nothing between was gone.
func (l *Log) entriesAfter(ctx context.Context, mart order.MartID, after order.ID, count int) (entries []redis.XMessage, known bool, err error) {
	if _, err := order.ParseID(string(after)); err != nil {
		return nil, false, nil
	}
	key, pipe := logKey(mart), l.client.Pipeline()
	following := pipe.XRangeN(ctx, key, "("+string(after), "+", int64(count))
	itself := pipe.XRangeN(ctx, key, string(after), string(after), 1)
	first := pipe.XRangeN(ctx, key, "-", "+", 1)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, false, err
	}
	return following.Val(), len(itself.Val()) > 0 || previous(first.Val()) == after, nil
}

// previous is the ID before the first event of a log.
func previous(first []redis.XMessage) order.ID {
	if len(first) == 0 {
		return beginning
	}
	prev, _ := first[0].Values["prev"].(string)
	return order.ID(prev)
}

// events are the entries of a log that can be read.
func (l *Log) events(mart order.MartID, entries []redis.XMessage) []order.Event {
	var events []order.Event
	for _, entry := range entries {
		body, _ := entry.Values["event"].(string)
		e, err := parseEntry(mart, entry.ID, body)
		if err != nil {
			l.foreign.entry(mart, entry.ID, err)
			continue
		}
		events = append(events, e)
	}
	return events
}

// markConfirmed is asked after the events were read: an order that is confirmed in
// between is then confirmed twice, rather than rung for.
func (l *Log) markConfirmed(ctx context.Context, mart order.MartID, events []order.Event) error {
	var placed []*order.Event
	var numbers []string
	for i := range events {
		if e := &events[i]; e.Kind == order.Placed {
			placed, numbers = append(placed, e), append(numbers, string(e.Order))
		}
	}
	if len(placed) == 0 {
		return nil
	}
	times, err := l.client.ZMScore(ctx, openKey(mart), numbers...).Result()
	if err != nil {
		return err
	}
	for i, e := range placed {
		e.Confirmed = times[i] == 0 // not there
	}
	return nil
}
