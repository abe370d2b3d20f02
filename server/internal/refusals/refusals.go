// Package refusals keeps for the head office what came as an order, and was none.
package refusals

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// key is the stream of all refusals, and field the field of one.
	key, field = redisconn.KeyPrefix + "refused", "refusal"
	// keep is how many there are, roughly, and show how many are shown.
	keep, show = 1000, 100
	// every is how often the refusals of one kind are written together: a publisher that sends nonsense sends it fast.
	every = 2 * time.Second
	// maxKinds is how many kinds wait to be written: there are fewer ways and reasons.
	maxKinds = 100
	// lastWrite is how long the last ones may take when the server ends.
	lastWrite = time.Second
)

type kind struct{ way, reason string }

// A Log writes refusals to Redis. Make one with New, and Run it once. It is safe for concurrent use.
type Log struct {
	client redis.UniversalClient
	log    *slog.Logger

	mu      sync.Mutex
	waiting map[kind]int
}

// New returns a Log in the Redis of client.
func New(client redis.UniversalClient, log *slog.Logger) *Log {
	return &Log{client: client, log: log, waiting: make(map[kind]int)}
}

// Note notes that something came by a way, and was no order for a wire.Reason…. It never blocks.
func (l *Log) Note(way, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k := (kind{way, reason}); l.waiting[k] > 0 || len(l.waiting) < maxKinds {
		l.waiting[k]++
	}
}

// Run writes what was noted until ctx ends, and then the rest.
func (l *Log) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait.For(ctx, every)
		l.write(ctx)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWrite)
	defer cancel()
	l.write(last)
	return nil
}

// write writes each kind with how many came of it. What Redis does not take is written with the next ones.
func (l *Log) write(ctx context.Context) {
	l.mu.Lock()
	waiting := l.waiting
	l.waiting = make(map[kind]int)
	l.mu.Unlock()
	for k, n := range waiting {
		if err := l.writeOne(ctx, wire.Refusal{Way: k.way, Reason: k.reason, Count: n}); err != nil {
			l.log.Debug("a refusal is not stored yet", "err", err)
			l.mu.Lock()
			l.waiting[k] += n
			l.mu.Unlock()
		}
	}
}

func (l *Log) writeOne(ctx context.Context, r wire.Refusal) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	text, _ := json.Marshal(r) // texts and a number always marshal
	return l.client.XAdd(ctx, &redis.XAddArgs{Stream: key, MaxLen: keep, Approx: true, Values: []any{field, text}}).Err()
}

// Last returns the last refusals of all servers, newest first. What is none is left out.
func (l *Log) Last(ctx context.Context) (all []wire.Refusal, err error) {
	read, err := l.client.XRevRangeN(ctx, key, "+", "-", show).Result()
	for _, m := range read {
		var r wire.Refusal
		if text, is := m.Values[field].(string); is && json.Unmarshal([]byte(text), &r) == nil {
			r.At = order.ID(m.ID).Time()
			all = append(all, r)
		}
	}
	return all, err
}
