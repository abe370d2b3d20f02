package eventlog

import (
	"context"
	_ "embed"
	"errors"
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
	//go:embed mart.lua
	martScript string
	//go:embed record.lua
	recordScript string
	//go:embed cancel.lua
	cancelScript string
	//go:embed cancelkey.lua
	cancelKeyScript string

	recording = redis.NewScript(martScript + recordScript)
	cancel    = redis.NewScript(martScript + cancelScript)
	cancelKey = redis.NewScript(martScript + cancelKeyScript)
)

// The outcomes of the scripts that Go tells apart; those of acks are on the wire.
const (
	isNew       = "new"
	isUsed      = "used"      // new, with a number that another order has had
	isDifferent = "differs"   // a repeat, but some field differs
	isWithdrawn = "withdrawn" // before it was recorded
	isLate      = "late"
)

// Record appends p to its mart's log and announces it to every pod, unless it repeats an order
// that was recorded (see order.Earlier): then it returns the ID of the first event, and duplicate
// is true. That ID is Beginning if the order was withdrawn before it was recorded. If p is a
// withdrawal, Record appends and announces that.
//
// An error means that it is not known whether p was recorded; recording it again is safe. An
// answer lost on the way is asked for again, so that now and then a new order counts as duplicate.
func (l *Log) Record(ctx context.Context, p order.Placement) (e order.Event, duplicate bool, err error) {
	write := l.place
	if p.Cancelled {
		write = l.withdraw
	}
	e, outcome, err := write(ctx, p)
	if err != nil {
		return order.Event{}, false, fmt.Errorf("record order: %w", err)
	}
	l.noteRepeat(e, outcome)
	return e, outcome != isNew && outcome != isUsed, nil
}

func (l *Log) place(ctx context.Context, p order.Placement) (order.Event, string, error) {
	l.list(ctx, p.Mart)
	e := order.Event{Mart: p.Mart, Order: p.Order, Kind: order.Placed, Key: p.Key, Way: p.Way, Details: presentable(p.Details)}
	return l.change(ctx, recording, e, p.Key)
}

// withdraw lets the key name the order, if one was recorded with it: its number may have been left
// out, or be that of others.
func (l *Log) withdraw(ctx context.Context, p order.Placement) (order.Event, string, error) {
	e := order.Event{Mart: p.Mart, Order: p.Order, Kind: order.Cancelled, Details: presentable(p.Details)}
	meant, err := l.orderOf(ctx, p.Mart, p.Key)
	if err == nil && meant.ID == "" && p.Order == "" {
		meant, err = l.withdrawKey(ctx, e, p.Key)
	}
	switch {
	case err != nil:
		return order.Event{}, "", err
	case meant.ID != "":
		e.Order = meant.Order
	case p.Order == "":
		e.ID = Beginning
		return e, isWithdrawn, nil
	}
	e.Key = p.Key
	return l.change(ctx, cancel, e, p.Key, string(meant.ID))
}

// orderOf returns the order that was recorded with a key; the zero event if there is none.
func (l *Log) orderOf(ctx context.Context, mart order.MartID, key string) (order.Event, error) {
	if key == "" {
		return order.Event{}, nil
	}
	id, err := l.client.Get(ctx, keyKey(mart, key)).Result()
	if errors.Is(err, redis.Nil) || order.ID(id) == Beginning {
		return order.Event{}, nil
	}
	if err != nil {
		return order.Event{}, err
	}
	return l.eventAt(ctx, mart, order.ID(id))
}

// eventAt returns an event of the log; the zero event if the log does not have it.
func (l *Log) eventAt(ctx context.Context, mart order.MartID, id order.ID) (order.Event, error) {
	entries, err := l.client.XRange(ctx, LogKey(mart), string(id), string(id)).Result()
	if err != nil {
		return order.Event{}, err
	}
	for _, e := range l.events(mart, entries) {
		return e, nil
	}
	return order.Event{}, nil
}

// withdrawKey remembers that the order with a key is withdrawn, before it was recorded. If it was
// recorded at that moment, withdrawKey returns it.
func (l *Log) withdrawKey(ctx context.Context, e order.Event, key string) (order.Event, error) {
	_, outcome, err := l.change(ctx, cancelKey, e, key)
	if err != nil || outcome == isWithdrawn {
		return order.Event{}, err
	}
	return l.orderOf(ctx, e.Mart, key)
}

// noteRepeat counts and logs what an operator may want to know about a publisher.
func (l *Log) noteRepeat(e order.Event, outcome string) {
	if outcome == isDifferent {
		l.unequal.Skip("mart", e.Mart, "order", e.Order, "id", e.ID)
	}
}

// change runs one of the scripts that change a log, and returns e with its ID and time, and the
// outcome. key is an idempotency key, or empty; extra are the arguments of this script alone.
func (l *Log) change(ctx context.Context, script *redis.Script, e order.Event, key string, extra ...any) (order.Event, string, error) {
	if key != "" {
		key = keyKey(e.Mart, key)
	}
	return l.changeWith(ctx, script, e, key, extra...)
}

// changeWith is change with the fifth key of the script, or none.
func (l *Log) changeWith(ctx context.Context, script *redis.Script, e order.Event, fifth string, extra ...any) (order.Event, string, error) {
	body, err := encode(e)
	if err != nil {
		return order.Event{}, "", err
	}
	keys := []string{LogKey(e.Mart), openKey(e.Mart), seenKey(e.Mart, e.Order), shareKey(e.Mart)}
	if fifth != "" {
		keys = append(keys, fifth)
	}
	answer, err := l.eval(ctx, script, keys, append([]any{Channel(e.Mart), l.publishCommand(), string(e.Order), body,
		l.opts.Seen.Milliseconds(), l.opts.Retention.Milliseconds(), l.opts.MaxLen,
		(max(idle, l.opts.Retention) + tidyEvery).Milliseconds(), min(l.opts.Replicas, 1), tidyEvery.Milliseconds()}, extra...)...)
	if err != nil {
		return order.Event{}, "", err
	}
	return l.parseAnswer(e, answer)
}

// publishCommand returns the command that announces on a mart's channel. On a Cluster it uses
// sharded channels: else every message would go through every node.
func (l *Log) publishCommand() string {
	if _, is := l.client.(*redis.ClusterClient); is {
		return "SPUBLISH"
	}
	return "PUBLISH"
}

// parseAnswer reads {ID, outcome, error of the announcement, and perhaps 1 if the mart's share is used up}. What was not announced reaches the
// devices with the next event of their mart, or when they reconnect.
func (l *Log) parseAnswer(e order.Event, answer []any) (order.Event, string, error) {
	if len(answer) < 3 {
		return order.Event{}, "", fmt.Errorf("answer has %d parts: %w", len(answer), order.ErrMalformed)
	}
	id, _ := answer[0].(string)
	outcome, _ := answer[1].(string)
	if failed, _ := answer[2].(string); failed != "" {
		l.unannounced.Skip("mart", e.Mart, "order", e.Order, "err", failed)
	}
	if len(answer) > 3 && answer[3] == int64(1) {
		l.crowded.Skip("mart", e.Mart)
	}
	if id == "" {
		return e, outcome, nil
	}
	var err error
	e.ID, err = order.ParseID(id)
	e.At = e.ID.Time()
	return e, outcome, err
}
