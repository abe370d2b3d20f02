package eventlog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
)

const (
	// martsKey is the key of the marts of which Redis knows anything (sorted set, all of one score, so in the
	// order of their IDs).
	martsKey = redisconn.KeyPrefix + "marts"
	// listAgain is how long a mart that has orders counts as listed: a Redis that failed over may have lost it.
	listAgain = 5 * time.Minute
	// maxListed is how many marts are remembered as listed; then all are listed again.
	maxListed = 100_000
)

// listed remembers which marts were listed lately. The zero value is ready.
type listed struct {
	mu sync.Mutex
	at map[order.MartID]time.Time
}

// needs reports whether mart is to be listed, and remembers that it is.
func (l *listed) needs(mart order.MartID, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, ok := l.at[mart]; ok && now.Sub(at) < listAgain {
		return false
	}
	if l.at == nil || len(l.at) >= maxListed {
		l.at = make(map[order.MartID]time.Time)
	}
	l.at[mart] = now
	return true
}

func (l *listed) forget(mart order.MartID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.at, mart)
}

// list lists mart before its order is recorded, so that whoever looks for orders that nobody answers finds it.
// On a Cluster the list may be on a node that hangs, for which the order does not wait.
func (l *Log) list(ctx context.Context, mart order.MartID) {
	if !l.listed.needs(mart, time.Now()) {
		return
	}
	add := func(ctx context.Context) {
		pipe := l.client.Pipeline()
		AddMarts(ctx, pipe, mart)
		if l.changes.exec(ctx, martsKey, pipe) != nil {
			l.listed.forget(mart)
		}
	}
	if _, is := l.client.(*redis.ClusterClient); !is {
		add(ctx)
		return
	}
	l.changes.sending.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), redisconn.IOTimeout)
		defer cancel()
		add(ctx)
	})
}

// AddMarts lists marts, by pipe.
func AddMarts(ctx context.Context, pipe redis.Pipeliner, marts ...order.MartID) {
	for _, mart := range marts {
		pipe.ZAdd(ctx, martsKey, redis.Z{Member: string(mart)})
	}
}

// Marts returns the marts that follow after in the order of their IDs, at most limit.
func (l *Log) Marts(ctx context.Context, after order.MartID, limit int) ([]order.MartID, error) {
	start := "-"
	if after != "" {
		start = "(" + string(after)
	}
	ids, err := l.client.ZRangeArgs(ctx, redis.ZRangeArgs{Key: martsKey, Start: start, Stop: "+", ByLex: true, Count: int64(limit)}).Result()
	if err != nil {
		return nil, fmt.Errorf("list the marts: %w", err)
	}
	marts := make([]order.MartID, 0, len(ids))
	for _, id := range ids {
		if mart, err := order.ParseMartID(id); err == nil {
			marts = append(marts, mart)
		}
	}
	return marts, nil
}

// DropMart takes a mart off the list, of which Redis knows nothing any more.
func (l *Log) DropMart(ctx context.Context, mart order.MartID) error {
	l.listed.forget(mart)
	return l.client.ZRem(ctx, martsKey, string(mart)).Err()
}

// A Waiting says how many orders of a mart nobody has answered.
type Waiting struct {
	Orders int
	Oldest time.Time // when the oldest was recorded, by the log's clock; zero: there is none
}

// Waiting returns that of each of these marts, in one round trip.
func (l *Log) Waiting(ctx context.Context, marts []order.MartID) ([]Waiting, error) {
	pipe, oldest, many := l.client.Pipeline(), make([]*redis.ZSliceCmd, len(marts)), make([]*redis.IntCmd, len(marts))
	for i, mart := range marts {
		many[i], oldest[i] = pipe.ZCard(ctx, openKey(mart)), pipe.ZRangeWithScores(ctx, openKey(mart), 0, 0)
	}
	if _, err := pipe.Exec(ctx); err != nil && len(marts) > 0 {
		return nil, fmt.Errorf("count open orders: %w", err)
	}
	all := make([]Waiting, len(marts))
	for i := range marts {
		if first := oldest[i].Val(); len(first) > 0 {
			all[i] = Waiting{int(many[i].Val()), time.UnixMilli(int64(first[0].Score)).UTC()}
		}
	}
	return all, nil
}
