// Package eventlog keeps each mart's orders in Redis: it records them once, in order,
// for every pod to hear.
//
// Redis holds, for each mart, a stream (the log), a sorted set of open orders and a key
// per order that was seen; they expire some time after the mart's last order. record.lua
// and ack.lua are the only ways in, Page is the way to read. Live events arrive over
// Pub/Sub, which is fast and may lose: each names its predecessor in the log. Publishers
// may also leave orders in a stream of their own (Inflow). Redis 6.2 or newer is needed.
package eventlog

import (
	"context"
	"errors"
	"log/slog"
	"sync"
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
	client  redis.UniversalClient
	opts    Options
	log     *slog.Logger
	marts   *shards
	changes *pipelines // what changes the log
	pages   *pipelines // what reads it

	foreign *foreigners

	mu     sync.Mutex
	topics []*listener
	probe  error // why Redis did not take the last write; nil: it did
}

// errStarting stands until the first answer.
var errStarting = errors.New("not connected to Redis yet")

// Open prepares a Log on the Redis at address, as redisconn.Dial takes it. It does not
// connect: Redis may come later. Its error does not repeat the address.
func Open(address string, opts Options, log *slog.Logger) (*Log, error) {
	client, err := redisconn.Dial(address)
	if err != nil {
		return nil, err
	}
	opts.fill()
	l := &Log{client: client, opts: opts, log: log, foreign: newForeigners(log), probe: errStarting}
	l.marts, l.changes, l.pages = newShards(client), newPipelines(client, 0), newPipelines(client, gatherPages)
	return l, nil
}

// Close lets go of the connections. Call it when Run and every Topic's Run are done.
func (l *Log) Close() error {
	defer l.pages.running.Wait()
	defer l.changes.running.Wait() // what somebody asked who did not wait for the answer
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
	key := prefix + "number:" + name
	n, err := l.client.Incr(ctx, key).Result()
	if err != nil {
		return 0, err
	}
	return n, l.client.PExpire(ctx, key, l.opts.Seen).Err()
}
