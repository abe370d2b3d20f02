// Package eventlog is the log of each mart's events in Redis: it records orders, and what happens to
// them, once and in order, and reads what a device has missed.
//
// For each mart Redis holds a stream (the log), a sorted set of open orders, and a key for each number
// and each idempotency key of an order. They expire some time after the mart's last order. Only the Lua
// scripts write, and Page and History read. Each event is also announced on the mart's channel, where
// package follow receives it. It names its predecessor in the log, so that a lost announcement
// is noticed. Redis 6.2 or newer is needed.
package eventlog

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

// Options configure how much is kept. The zero value keeps what the design promises.
type Options struct {
	Retention time.Duration // how long the log reaches back, and up to an hour more; 72 h
	Seen      time.Duration // how long a repeated order is known; 48 h
	MaxLen    int           // events kept a mart at most, roughly; 10,000: months of a busy store
	// Replicas is how many replicas must have an order or an ack before it counts as
	// recorded, so that a failover loses nothing that was answered. 0: none.
	Replicas int
	// Topic and Intake are the topic and the intake stream of the server, for Inspect.
	Topic, Intake string

	replicateWithin time.Duration // replicateTimeout, but in tests
}

func (o *Options) fill() {
	if o.Retention == 0 {
		o.Retention = 72 * time.Hour
	}
	if o.Seen == 0 {
		o.Seen = 48 * time.Hour
	}
	if o.MaxLen == 0 {
		o.MaxLen = 10_000
	}
	if o.replicateWithin == 0 {
		o.replicateWithin = replicateTimeout
	}
}

// A Log is the log of all marts. Make one with Open. It is safe for concurrent use.
type Log struct {
	client            redis.UniversalClient
	opts              Options
	log               *slog.Logger
	changes           *batcher // of what changes the log
	pages             *batcher // of what reads it
	messages, entries *redisconn.Foreign
	replicasMissing   atomic.Bool // too few had taken the last write
	limitsStored      atomic.Bool // since Redis was away last
	inspection        inspection
	listed            listed             // marts
	unequal           *redisconn.Foreign // repeats that differ
	unannounced       *redisconn.Foreign // events that Redis did not announce
	crowded           *redisconn.Foreign // orders that are remembered for an hour only
	pushedOut         *redisconn.Foreign // pages of open orders of which the log has lost some
}

// Open returns a Log on the Redis at address, as redisconn.Dial takes it. Open does not
// connect: Redis may start later. Its error does not repeat the address.
func Open(address string, opts Options, log *slog.Logger) (*Log, error) {
	client, err := redisconn.Dial(address)
	if err != nil {
		return nil, err
	}
	opts.fill()
	l := &Log{client: client, opts: opts, log: log}
	l.messages = redisconn.NewForeign(log, "a message on a mart's channel was not written by us: skipped")
	l.entries = redisconn.NewForeign(log, "an entry of a mart's log was not written by us: skipped")
	l.unequal = redisconn.NewForeign(log, "a repeat of an order differs from it: it does not ring; two orders must not have one key")
	l.unannounced = redisconn.NewForeign(log, "Redis recorded an event but did not announce it: devices get it late; see SECURITY.md for the rights that are needed")
	l.crowded = redisconn.NewForeign(log, "a mart has more orders than are remembered for long: one that is sent again after an hour rings again; see --max-events")
	l.pushedOut = redisconn.NewForeign(log, "more events of a mart than its log keeps pushed open orders out of it: a device that is new is told of a gap; see --max-events")
	l.changes, l.pages = newBatcher(client, 0), newBatcher(client, pageInterval)
	return l, nil
}

// ReplicasMissing reports whether too few replicas had taken the last thing that was recorded.
func (l *Log) ReplicasMissing() bool { return l.replicasMissing.Load() }

// Client returns the connection pool of l, for packages that read the log in their own way.
// Close closes it.
func (l *Log) Client() redis.UniversalClient { return l.client }

// Probe returns nil if Redis takes writes, and its user may do what a server does: a Redis that is
// full, or became a replica, still answers pings. Probe returns when ctx ends, even if Redis hangs.
func (l *Log) Probe(ctx context.Context) error {
	answer := make(chan error, 1)
	l.changes.sending.Go(func() {
		asking, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		answer <- l.probe(asking)
	})
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *Log) probe(ctx context.Context) error {
	err := l.write(ctx)
	if err != nil && !redis.HasErrorPrefix(err, "NOPERM") {
		l.inspectAgain()
		return err
	}
	if unfit := l.Inspect(ctx); unfit != nil || err != nil {
		return cmp.Or(unfit, err) // unfit names the rights that are missing
	}
	if !l.limitsStored.Swap(true) {
		l.storeLimits(ctx)
	}
	return nil
}

const (
	// probedSlots is how many slots of a Cluster are written to: enough that they are on several
	// nodes.
	probedSlots = 8
	// probeLife is how long what a probe writes stays.
	probeLife = 10 * time.Second
)

// write writes a key; on a Cluster several, of which one must be taken: that a node hangs is no reason
// to cut off the marts of the others.
func (l *Log) write(ctx context.Context) error {
	if _, is := l.client.(*redis.ClusterClient); !is {
		return l.client.Set(ctx, redisconn.ProbeKey, "written", probeLife).Err()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan error, probedSlots)
	for i := range probedSlots {
		key := fmt.Sprint(redisconn.ProbeKey, ":", i)
		l.changes.sending.Go(func() { answers <- l.client.Set(ctx, key, "written", probeLife).Err() })
	}
	var err error
	for range probedSlots {
		if err = <-answers; err == nil {
			return nil
		}
	}
	return err
}

// probeTimeout is what a write may take before Redis counts as away.
const probeTimeout = 2 * time.Second

// Close closes the connections. The caller must have ended everything that uses l.
func (l *Log) Close() error {
	defer l.pages.sending.Wait()
	defer l.changes.sending.Wait() // pipelines whose callers have given up
	return l.client.Close()
}

// Publish publishes payload on topic, and returns how many clients received it. On a Cluster
// every node publishes it, and the clients of the topic's own node are counted.
func (l *Log) Publish(ctx context.Context, topic string, payload []byte) (receivers int64, err error) {
	node, err := l.nodeOf(ctx, topic)
	if err != nil {
		return 0, err
	}
	return node.Publish(ctx, topic, payload).Result()
}

// Number returns 1, 2, 3 … for each name, over all callers, and forgets a name that was not
// used for as long as repeats are known. The demo numbers its orders with it.
func (l *Log) Number(ctx context.Context, name string) (int64, error) {
	key := redisconn.KeyPrefix + "number:" + name
	n, err := l.client.Incr(ctx, key).Result()
	if err != nil {
		return 0, err
	}
	return n, l.client.PExpire(ctx, key, l.opts.Seen).Err()
}
