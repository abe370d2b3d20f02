package eventlog

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"jumun/shared/order"
)

// pageOfOpen returns a page of the orders that were not confirmed. It is a Gap if the log has lost
// the event of one of them.
func (l *Log) pageOfOpen(ctx context.Context, mart order.MartID, _ order.ID, limit int) (order.Page, error) {
	head, open, err := l.openNow(ctx, mart)
	if err != nil {
		return order.Page{}, err
	}
	page := order.Page{Last: head}
	// One round trip, unless the log no longer has some of the open orders.
	for times := open.times(); len(times) > 0 && len(page.Events) <= limit; {
		n := min(limit+1, len(times))
		entries, err := l.entriesAt(ctx, mart, times[:n])
		if err != nil {
			return order.Page{}, err
		}
		placed := open.only(l.events(mart, entries), head)
		page.Gap = page.Gap || len(placed) < open.within(times[:n])
		page.Events, times = append(page.Events, placed...), times[n:]
	}
	if page.Gap {
		l.pushedOut.Skip("mart", mart)
		if page.Oldest, err = l.oldest(ctx, mart); err != nil {
			return order.Page{}, err
		}
	}
	if len(page.Events) > limit {
		page.Events, page.More = page.Events[:limit], true
		page.Last = page.Events[limit-1].ID
	}
	return page, nil
}

// Newest returns the ID of the newest event of a mart, or Beginning: which orders are open changes by an event only.
func (l *Log) Newest(ctx context.Context, mart order.MartID) (order.ID, error) {
	entries, err := l.client.XRevRangeN(ctx, LogKey(mart), "+", "-", 1).Result()
	if err != nil || len(entries) == 0 {
		return Beginning, err
	}
	return order.ID(entries[0].ID), nil
}

// oldest returns the ID of the first entry of a log; empty: it has none.
func (l *Log) oldest(ctx context.Context, mart order.MartID) (order.ID, error) {
	entries, err := l.client.XRangeN(ctx, LogKey(mart), "-", "+", 1).Result()
	if len(entries) == 0 {
		return "", err
	}
	return order.ID(entries[0].ID), err
}

// openOrders are the members of the set of open orders, with their scores. A member is the number of
// an order; that of a second open order of the number is "number TAB id".
type openOrders map[string]float64

// has reports whether the order that e has placed is open. Servers of before left the fraction out
// of the score.
func (o openOrders) has(e order.Event) bool {
	score := o[string(e.Order)]
	return score == scoreOf(e.ID) || score == float64(e.ID.Time().UnixMilli()) || o[secondMember(e)] != 0
}

func secondMember(e order.Event) string { return string(e.Order) + "\t" + string(e.ID) }

// scoreOf is that of mart.lua.
func scoreOf(id order.ID) float64 {
	ms, seq, _ := id.Numbers()
	return float64(ms) + float64(min(seq, 2046)+1)/2048
}

func (o openOrders) add(members []redis.Z) {
	for _, m := range members {
		if member, is := m.Member.(string); is && m.Score > 0 {
			o[member] = m.Score
		}
	}
}

// openNow reads the ID of the newest entry, and then which orders are open: an order that is
// placed in between follows head, and a device that reads on from there gets it.
func (l *Log) openNow(ctx context.Context, mart order.MartID) (head order.ID, open openOrders, err error) {
	newest, members, err := l.askOpen(ctx, mart)
	if err != nil || len(newest.Val()) == 0 {
		return Beginning, nil, err
	}
	head, open = order.ID(newest.Val()[0].ID), make(openOrders)
	open.add(members.Val())
	maps.DeleteFunc(open, func(_ string, score float64) bool { return score > scoreOf(head) })
	return head, open, nil
}

// askOpen reads both in one round trip, but in two on a Cluster, where the second command
// could be executed before the first: see readOn.
func (l *Log) askOpen(ctx context.Context, mart order.MartID) (newest *redis.XMessageSliceCmd, members *redis.ZSliceCmd, err error) {
	pipe := l.client.Pipeline()
	newest = pipe.XRevRangeN(ctx, LogKey(mart), "+", "-", 1)
	if _, is := l.client.(*redis.ClusterClient); is {
		if err := l.pages.exec(ctx, LogKey(mart), pipe); err != nil {
			return nil, nil, err
		}
		pipe = l.client.Pipeline()
	}
	members = pipe.ZRangeWithScores(ctx, openKey(mart), 0, -1)
	return newest, members, l.pages.exec(ctx, LogKey(mart), pipe)
}

// times returns when the open orders were placed, each time once.
func (o openOrders) times() []int64 {
	var times []int64
	for _, score := range o {
		times = append(times, int64(score))
	}
	slices.Sort(times)
	return slices.Compact(times)
}

// within returns how many orders were placed at one of times, which are sorted.
func (o openOrders) within(times []int64) (n int) {
	for _, score := range o {
		if _, is := slices.BinarySearch(times, int64(score)); is {
			n++
		}
	}
	return n
}

// only returns the events that placed an open order, up to head.
func (o openOrders) only(events []order.Event, head order.ID) []order.Event {
	return slices.DeleteFunc(events, func(e order.Event) bool {
		return e.Kind != order.Placed || !o.has(e) || e.ID.Compare(head) > 0
	})
}

// entriesAt reads the entries of the given milliseconds, in the log's order. Between them
// may stand a day of orders that were confirmed long ago.
func (l *Log) entriesAt(ctx context.Context, mart order.MartID, times []int64) ([]redis.XMessage, error) {
	pipe := l.client.Pipeline()
	answers := make([]*redis.XMessageSliceCmd, len(times))
	for i, ms := range times {
		at := strconv.FormatInt(ms, 10)
		answers[i] = pipe.XRange(ctx, LogKey(mart), at, at)
	}
	if err := l.pages.exec(ctx, LogKey(mart), pipe); err != nil {
		return nil, err
	}
	var entries []redis.XMessage
	for _, answer := range answers {
		entries = append(entries, answer.Val()...)
	}
	return entries, nil
}
