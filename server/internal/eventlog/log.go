// Package eventlog is the log of each mart's events in Redis: it records an order or an
// acknowledgement once, in order, and reads what a device has missed.
//
// For each mart Redis holds a stream (the log), a sorted set of open orders, and a key per
// order that was seen. They expire some time after the mart's last order. record.lua and
// ack.lua are the only ways to write, Page is the way to read. Each event is also announced
// on the mart's channel, where package follow hears it; it names its predecessor in the log,
// so that a lost announcement is noticed. Redis 6.2 or newer is needed.
package eventlog

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

// Options say how much is kept. The zero value keeps what the design promises.
type Options struct {
	Retention time.Duration // how long the log reaches back, and up to an hour more; 72 h
	Seen      time.Duration // how long a repeated order is known; 48 h
	MaxLen    int           // events kept a mart at most, roughly; 10,000: months of a busy store
	// Replicas is how many replicas must have taken an order or an ack before it counts
	// as recorded, so that a failover loses nothing that was answered. 0: none.
	Replicas int

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

// A Log is the log of all marts. Make one with Open; its methods may be used from
// several goroutines.
type Log struct {
	client            redis.UniversalClient
	opts              Options
	log               *slog.Logger
	changes           *batcher // of what changes the log
	pages             *batcher // of what reads it
	messages, entries *redisconn.Foreign
}

// Open prepares a Log on the Redis at address, as redisconn.Dial takes it. It does not
// connect: Redis may come later. Its error does not repeat the address.
func Open(address string, opts Options, log *slog.Logger) (*Log, error) {
	client, err := redisconn.Dial(address)
	if err != nil {
		return nil, err
	}
	opts.fill()
	l := &Log{client: client, opts: opts, log: log}
	l.messages = redisconn.NewForeign(log, "a message on a mart's channel is not ours: passed over")
	l.entries = redisconn.NewForeign(log, "an entry of a mart's log is not ours: passed over")
	l.changes, l.pages = newBatcher(client, 0), newBatcher(client, pageInterval)
	return l, nil
}

// Client returns the connection pool of l, for packages that read the log in their own way.
// It is closed by Close.
func (l *Log) Client() redis.UniversalClient { return l.client }

// Probe finds out whether Redis takes writes: a Redis that is full, or became a replica,
// answers pings well. It returns when ctx ends, even if Redis hangs.
func (l *Log) Probe(ctx context.Context) error {
	answer := make(chan error, 1)
	l.changes.sending.Go(func() {
		asking, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		answer <- l.client.Set(asking, probeKey, "written", 10*time.Second).Err()
	})
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// probeTimeout is what a write may take before Redis counts as away.
const probeTimeout = 2 * time.Second

// Close closes the connections. The caller must have ended everything that uses l.
func (l *Log) Close() error {
	defer l.pages.sending.Wait()
	defer l.changes.sending.Wait() // what somebody asked who did not wait for the answer
	return l.client.Close()
}

// Publish sends payload to those who listen to a topic now, and returns how many did. On
// a Cluster everybody hears it, and those on the node of our own Topics are counted.
func (l *Log) Publish(ctx context.Context, topic string, payload []byte) (receivers int64, err error) {
	node, err := l.nodeOf(ctx, topic)
	if err != nil {
		return 0, err
	}
	return node.Publish(ctx, topic, payload).Result()
}

// Number counts up from 1 for each name, whoever asks, and forgets a name that nobody
// asked about for as long as repeats are known. A pretend shop numbers its orders by it.
func (l *Log) Number(ctx context.Context, name string) (int64, error) {
	key := redisconn.KeyPrefix + "number:" + name
	n, err := l.client.Incr(ctx, key).Result()
	if err != nil {
		return 0, err
	}
	return n, l.client.PExpire(ctx, key, l.opts.Seen).Err()
}
