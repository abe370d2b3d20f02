package eventlog

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/shared/order"
)

// idle is how long the log of a mart without orders lives. It is longer than what the
// log reaches back, so that a store that was closed for its holidays finds its place
// again, and is not told of a gap where nothing is missing.
const idle = 30 * 24 * time.Hour

// tidyEvery is how often the log of a mart is trimmed by age, and its life prolonged: it
// reaches back so much longer at most.
const tidyEvery = time.Hour

var (
	//go:embed append.lua
	appendScript string
	//go:embed record.lua
	recordScript string

	record = redis.NewScript(appendScript + recordScript)
)

// Record appends p to its mart's log and announces it to every pod, unless it was
// recorded before: then it returns the ID of the first event, and duplicate is true. That ID is
// "0-0" when only the ack of the order is known. An error means that it is not known
// whether p was recorded; recording it again is safe. An answer lost on the way is asked
// for again, so that now and then a new order counts as duplicate.
func (l *Log) Record(ctx context.Context, p order.Placement) (e order.Event, duplicate bool, err error) {
	e = order.Event{Mart: p.Mart, Order: p.Order, Kind: order.Placed, Details: presentable(p.Details)}
	e, duplicate, err = l.change(ctx, record, e)
	if err != nil {
		return order.Event{}, false, fmt.Errorf("record order: %w", err)
	}
	return e, duplicate, nil
}

// change runs one of the scripts that change a log, and returns e with its ID and time;
// repeated reports whether the script had run for e before.
func (l *Log) change(ctx context.Context, script *redis.Script, e order.Event) (placed order.Event, repeated bool, err error) {
	body, err := encode(e)
	if err != nil {
		return order.Event{}, false, err
	}
	keys := []string{LogKey(e.Mart), openKey(e.Mart), seenKey(order.Placement{Mart: e.Mart, Order: e.Order})}
	answer, err := l.eval(ctx, script, keys, Channel(e.Mart), l.publishCommand(), string(e.Order), body,
		l.opts.Seen.Milliseconds(), l.opts.Retention.Milliseconds(), l.opts.MaxLen,
		(max(idle, l.opts.Retention) + tidyEvery).Milliseconds(), min(l.opts.Replicas, 1), tidyEvery.Milliseconds())
	if err != nil {
		return order.Event{}, false, err
	}
	e.ID, repeated, err = parseAnswer(answer)
	e.At = e.ID.Time()
	return e, repeated, err
}

// publishCommand returns the command that announces on a mart's channel. On a Cluster it uses
// sharded channels: else every message would go through every node.
func (l *Log) publishCommand() string {
	if _, is := l.client.(*redis.ClusterClient); is {
		return "SPUBLISH"
	}
	return "PUBLISH"
}

func parseAnswer(answer []any) (id order.ID, repeated bool, err error) {
	if len(answer) != 2 {
		return "", false, fmt.Errorf("answer has %d parts: %w", len(answer), order.ErrMalformed)
	}
	raw, _ := answer[0].(string)
	repeat, _ := answer[1].(int64)
	id, err = order.ParseID(raw)
	return id, repeat == 1, err
}
