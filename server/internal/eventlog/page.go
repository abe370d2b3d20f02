package eventlog

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"jumun/shared/order"
)

// Beginning is what the first event of a log names as the one before it.
const Beginning order.ID = "0-0"

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
	read, err := l.readAfter(ctx, mart, after, limit)
	page := order.Page{Last: after}
	if err == nil && !read.known {
		page = order.Page{Gap: true}
		read, err = l.readOn(ctx, mart, "-", limit+1)
		if len(read.entries) > 0 {
			page.Oldest = order.ID(read.entries[0].ID)
		}
	}
	if err != nil {
		return order.Page{}, err
	}
	page.More = len(read.entries) > limit
	entries := read.entries[:min(limit, len(read.entries))]
	if len(entries) > 0 { // also beyond an entry that cannot be read, else no page would get past it
		page.Last = order.ID(entries[len(entries)-1].ID)
	}
	page.Events = l.events(mart, entries)
	return page, l.markConfirmed(ctx, mart, page.Events, read)
}

// An extract is what was read of a log from an ID on.
type extract struct {
	entries []redis.XMessage
	known   bool       // the log still reaches back to the ID
	open    openOrders // orders that were open when the entries had been read
	allOpen bool       // there were no others
}

// readAfter reads what follows after. It asks from after itself on: if that is not
// there, the event behind it still names it, unless that is gone as well.
func (l *Log) readAfter(ctx context.Context, mart order.MartID, after order.ID, limit int) (extract, error) {
	at, ok := ParsePosition(string(after))
	if !ok || !at.IsEventID() {
		return extract{}, nil
	}
	read, err := l.readOn(ctx, mart, string(after), limit+2)
	if err != nil {
		return extract{}, err
	}
	read.known = Bridged(after, read.entries)
	if len(read.entries) > 0 && read.entries[0].ID == string(after) {
		read.entries = read.entries[1:]
	}
	return read, nil
}

// maxOpenRead is how many open orders are read along with a page, to mark what is confirmed:
// more than a store usually has, and few enough to cost nothing.
const maxOpenRead = 64

// readOn reads count entries from an ID on, and behind them, in the same round trip, what
// was placed since and is open.
//
// On a Cluster that is left out. When a slot moves, go-redis sends one of two commands
// again, behind the other: an order that is placed in between would be taken for
// confirmed, and never ring.
func (l *Log) readOn(ctx context.Context, mart order.MartID, from string, count int) (extract, error) {
	pipe := l.client.Pipeline()
	entries := pipe.XRangeN(ctx, LogKey(mart), from, "+", int64(count))
	var open *redis.ZSliceCmd
	if _, is := l.client.(*redis.ClusterClient); !is {
		since, _, _ := strings.Cut(from, "-") // nothing, for the Beginning
		open = pipe.ZRangeByScoreWithScores(ctx, openKey(mart), &redis.ZRangeBy{Min: cmp.Or(since, "-inf"), Max: "+inf", Count: maxOpenRead})
	}
	if err := l.pages.exec(ctx, LogKey(mart), pipe); err != nil {
		return extract{}, err
	}
	read := extract{entries: entries.Val()}
	if open != nil {
		read.open, read.allOpen = make(openOrders), len(open.Val()) < maxOpenRead
		read.open.add(open.Val())
	}
	return read, nil
}

// events returns the events in entries, without those that cannot be read.
func (l *Log) events(mart order.MartID, entries []redis.XMessage) []order.Event {
	var events []order.Event
	for _, entry := range entries {
		body, _ := entry.Values["event"].(string)
		e, err := ParseEntry(mart, entry.ID, body)
		if err != nil {
			l.SkipEntry(mart, entry.ID, err)
			continue
		}
		events = append(events, e)
	}
	return events
}

// markConfirmed sets Confirmed by what was open after the events had been read, or reads that
// now: an order that is confirmed in between is marked, and its ack follows, so it does not
// ring.
func (l *Log) markConfirmed(ctx context.Context, mart order.MartID, events []order.Event, read extract) error {
	var placed []*order.Event
	for i := range events {
		if e := &events[i]; e.Kind == order.Placed {
			placed = append(placed, e)
		}
	}
	open := read.open
	if len(placed) > 0 && !read.allOpen {
		var err error
		if open, err = l.openAmong(ctx, mart, placed); err != nil {
			return err
		}
	}
	for _, e := range placed {
		e.Confirmed = !open.has(*e)
	}
	return nil
}

// openAmong reads which of the orders are open.
func (l *Log) openAmong(ctx context.Context, mart order.MartID, placed []*order.Event) (openOrders, error) {
	members := make([]string, 0, 2*len(placed))
	for _, e := range placed {
		members = append(members, string(e.Order), secondMember(*e))
	}
	pipe := l.client.Pipeline()
	times := pipe.ZMScore(ctx, openKey(mart), members...)
	if err := l.pages.exec(ctx, openKey(mart), pipe); err != nil {
		return nil, err
	}
	open := make(openOrders)
	for i, score := range times.Val() { // 0: not there
		open[members[i]] = score
	}
	return open, nil
}

// Bridged reports whether nothing is missing between at and entries, which were read from at
// on: at is the first of them, or the one before it, or nothing was ever recorded.
func Bridged(at order.ID, entries []redis.XMessage) bool {
	if len(entries) == 0 {
		return at == Beginning
	}
	prev, _ := entries[0].Values["prev"].(string)
	return entries[0].ID == string(at) || prev == string(at)
}
