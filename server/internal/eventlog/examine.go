package eventlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

// An Examination is what was found out about a Redis before a server uses it.
type Examination struct {
	redisconn.Server
	// Advice is what its operator should change, of each node: it loses orders as it is.
	Advice []string
	// Replicas is how many replicas have what it has; of a Cluster, of the node with the fewest.
	Replicas int
	// Ahead is how far the clock of this machine is ahead of Redis's; wrong by half of what the answer took.
	Ahead time.Duration
}

// Examine finds out about the Redis. Its error says why a server cannot use it.
func (l *Log) Examine(ctx context.Context) (e Examination, err error) {
	if err = l.client.Ping(ctx).Err(); err != nil && !redis.HasErrorPrefix(err, "NOPERM") {
		return e, err
	}
	needs := redisconn.Needs{Topic: l.opts.Topic, Intake: l.opts.Intake, Replicas: l.opts.Replicas > 0}
	e.Server = redisconn.Inspect(ctx, l.client, needs)
	asked := time.Now()
	if at, err := l.client.Time(ctx).Result(); err == nil {
		e.Ahead = asked.Add(time.Since(asked) / 2).Sub(at)
	}
	e.Replicas = -1
	var mu sync.Mutex
	_ = eachNode(ctx, l.client, func(ctx context.Context, node *redis.Client) error {
		info, err := node.Info(ctx).Result()
		if err != nil { // some do not allow it
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		for _, advice := range append(forgetful(info), failing(info)...) {
			e.Advice = append(e.Advice, nameOf(l.client, node)+advice)
		}
		if n, err := strconv.Atoi(redisconn.Field(info, "connected_slaves")); err == nil && (e.Replicas < 0 || n < e.Replicas) {
			e.Replicas = n
		}
		return nil
	})
	return e, errors.Join(e.Err(), l.write(ctx))
}

// eachNode calls do with each node that takes writes.
func eachNode(ctx context.Context, client redis.UniversalClient, do func(context.Context, *redis.Client) error) error {
	switch c := client.(type) {
	case *redis.ClusterClient:
		return c.ForEachMaster(ctx, do)
	case *redis.Client:
		return do(ctx, c)
	}
	return nil
}

// nameOf returns which node of a Cluster advice is about.
func nameOf(client redis.UniversalClient, node *redis.Client) string {
	if _, is := client.(*redis.ClusterClient); is {
		return node.Options().Addr + ": "
	}
	return ""
}

// nearlyFull is the share of its memory beyond which a Redis soon refuses orders.
const nearlyFull = 0.9

// failing returns what is wrong with a Redis that answered INFO with info, by what it says itself.
func failing(info string) (advice []string) {
	used, _ := strconv.ParseFloat(redisconn.Field(info, "used_memory"), 64)
	if limit, _ := strconv.ParseFloat(redisconn.Field(info, "maxmemory"), 64); limit > 0 && used > nearlyFull*limit {
		advice = append(advice, fmt.Sprintf("its memory is %.0f %% full, and when it is full it takes no orders: raise maxmemory / 메모리가 %.0f%% 찼습니다. 다 차면 주문을 받지 못합니다: maxmemory를 늘리세요", 100*used/limit, 100*used/limit))
	}
	for field, what := range map[string]string{"aof_last_write_status": "its append-only file", "rdb_last_bgsave_status": "its snapshot"} {
		if redisconn.Field(info, field) == "err" {
			advice = append(advice, what+" cannot be written: look at its disk and its log / 파일을 쓰지 못합니다: 디스크와 Redis 로그를 확인하세요")
		}
	}
	return advice
}
