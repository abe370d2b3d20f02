package ingest

import (
	"context"
	_ "embed"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// takeoverAfter is how long an entry may be pending before another pod handles it: three
	// times what a pod may need for one (5 s), because taking over from a pod that is alive
	// does the work twice.
	takeoverAfter = 15 * time.Second
	// keepNames is how long a dead pod's name is kept, and how often it is looked for:
	// a name costs some bytes, and every deployment leaves a few.
	keepNames = time.Hour
	// leaveTimeout is how long a pod that stops tries to remove its name: others can do it.
	leaveTimeout = time.Second
)

var (
	//go:embed forget.lua
	forgetScript string

	forget = redis.NewScript(forgetScript)
)

// takeOver handles entries that were delivered to any pod long ago and are not done.
func (c *Consumer) takeOver(ctx context.Context, handle handler) error {
	if time.Since(c.tookOver) < c.takeover/3 { // often enough that nothing waits much longer
		return nil
	}
	for start := "0-0"; ; {
		entries, next, err := c.claim(ctx, start)
		if err != nil {
			return err
		}
		if err := c.process(ctx, entries, handle); err != nil {
			return err
		}
		if start = next; start == "0-0" || ctx.Err() != nil {
			c.tookOver = time.Now()
			return nil
		}
	}
}

// claim asks for IDs only: for an entry that a publisher has deleted meanwhile Redis 6 answers
// nil, which the library takes for an error.
func (c *Consumer) claim(ctx context.Context, start string) (entries []redis.XMessage, next string, err error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	ids, next, err := c.client.XAutoClaimJustID(ctx, &redis.XAutoClaimArgs{
		Stream: c.key, Group: consumerGroup, Consumer: c.consumer, MinIdle: c.takeover, Start: start, Count: readBatch,
	}).Result()
	if err != nil || len(ids) == 0 {
		return nil, next, err
	}
	pipe := c.client.Pipeline()
	found := make([]*redis.XMessageSliceCmd, len(ids))
	for i, id := range ids {
		found[i] = pipe.XRange(ctx, c.key, id, id)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, "", err
	}
	var gone []string
	for i, id := range ids {
		if len(found[i].Val()) == 0 {
			gone = append(gone, id)
		}
		entries = append(entries, found[i].Val()...)
	}
	return entries, next, c.finish(ctx, gone)
}

// sweep removes the names of pods that ended long ago, unless entries are pending for them.
func (c *Consumer) sweep(ctx context.Context) error {
	if time.Since(c.swept) < c.keep {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	consumers, err := c.client.XInfoConsumers(ctx, c.key, consumerGroup).Result()
	for _, other := range consumers {
		if err == nil && other.Idle > c.keep {
			err = c.forget(ctx, other.Name)
		}
	}
	if err == nil {
		c.swept = time.Now()
	}
	return err
}

// leave removes this pod's name. If Redis cannot be reached, another pod will do so.
func (c *Consumer) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTimeout)
	defer cancel()
	if err := c.forget(ctx, c.consumer); err != nil {
		c.log.Debug("this pod's name stays in the stream's group", "stream", c.key, "err", err)
	}
}

func (c *Consumer) forget(ctx context.Context, consumer string) error {
	return forget.Run(ctx, c.client, []string{c.key}, consumerGroup, consumer).Err()
}
