// Package orderlog keeps each mart's orders in Redis: it records them once, in order,
// for every pod to hear.
//
// Redis holds, for each mart, a stream (the log), a sorted set of open orders and a key
// per order that was seen; they expire with the mart's last order. record.lua is the
// one way in. Live events arrive over Pub/Sub, which is fast and may lose: each names
// its predecessor in the log. Redis 6.2 or newer is needed.
package orderlog

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"golang.org/x/time/rate"

	"jumun/shared/order"
)

//go:embed record.lua
var recordScript string

// Options say how much is kept. The zero value keeps what the design promises.
type Options struct {
	Retention time.Duration // how long the log reaches back; 72 h
	Seen      time.Duration // how long a repeated order is known; 48 h
	MaxLen    int           // events kept a mart at most, roughly; 10,000: months of a busy store
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
}

// A Log is the log of all marts. Make one with Open; its methods may be used from
// several goroutines.
type Log struct {
	client redis.UniversalClient
	record *redis.Script
	opts   Options
	log    *slog.Logger
	marts  *listener

	noise  rate.Sometimes // for messages on our channels that we did not write
	mu     sync.Mutex
	topics []*listener
	probe  error // why Redis did not take the last write; nil: it did
}

// errStarting stands until the first answer.
var errStarting = errors.New("not connected to Redis yet")

// Open prepares a Log on the Redis at address, such as redis://host:6379/0,
// rediss://… or unix:///path. It does not connect: Redis may come later. Its error is
// about the address, and does not repeat it, because it may hold a password.
func Open(address string, opts Options, log *slog.Logger) (*Log, error) {
	client, err := dial(address)
	if err != nil {
		return nil, err
	}
	opts.fill()
	l := &Log{client: client, record: redis.NewScript(recordScript), opts: opts, log: log, probe: errStarting}
	l.noise = rate.Sometimes{First: 3, Interval: 10 * time.Second}
	l.marts = newListener(client)
	return l, nil
}

func dial(address string) (redis.UniversalClient, error) {
	opts, err := redis.ParseURL(address)
	if err != nil {
		// The library's error quotes what it took for a port or a path, which may be
		// half of a password with a slash in it.
		return nil, errors.New("not a Redis URL, or special characters of its password are not written as %XX")
	}
	// Short enough that a pod notices within seconds, long enough for a failover's hiccup.
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = 2*time.Second, 3*time.Second, 3*time.Second
	opts.ContextTimeoutEnabled = true
	opts.DialerRetries = 1 // everybody who calls us tries again, with a pause
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	redis.SetLogger(silent{})
	return redis.NewClient(opts), nil
}

// silent takes go-redis's own log: it has one a process, and what it says comes to us
// as errors too.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// Close lets go of the connections. Call it when Run and every Topic's Run are done.
func (l *Log) Close() error { return l.client.Close() }

// Record appends p to its mart's log and announces it to every pod, unless it was
// recorded before: then it returns the first event, and duplicate. An error means that
// it is not known whether p was recorded; recording it again is safe. An answer lost
// on the way is asked for again, so that now and then a new order counts as duplicate.
func (l *Log) Record(ctx context.Context, p order.Placement) (e order.Event, duplicate bool, err error) {
	body, err := entry{Kind: order.Placed, Order: p.Order}.encode()
	if err != nil {
		return order.Event{}, false, err
	}
	keys := []string{logKey(p.Mart), openKey(p.Mart), seenKey(p)}
	answer, err := l.record.Run(ctx, l.client, keys, channel(p.Mart), body, string(p.Order),
		l.opts.Seen.Milliseconds(), l.opts.Retention.Milliseconds(), l.opts.MaxLen).Slice()
	if err != nil {
		return order.Event{}, false, fmt.Errorf("record order: %w", err)
	}
	return recorded(p, answer)
}

func recorded(p order.Placement, answer []any) (order.Event, bool, error) {
	if len(answer) != 2 {
		return order.Event{}, false, fmt.Errorf("record order: answer has %d parts: %w", len(answer), order.ErrMalformed)
	}
	raw, _ := answer[0].(string)
	repeat, _ := answer[1].(int64)
	id, err := order.ParseID(raw)
	return order.Event{ID: id, Mart: p.Mart, Order: p.Order, Kind: order.Placed, At: id.Time()}, repeat == 1, err
}

// Publish sends payload to those who listen to a topic now, and returns how many did.
func (l *Log) Publish(ctx context.Context, topic string, payload []byte) (receivers int64, err error) {
	return l.client.Publish(ctx, topic, payload).Result()
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
