package ingest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/internal/wait"

	"github.com/redis/go-redis/v9"
)

const (
	// consumerGroup is the consumer group of all pods.
	consumerGroup = "jumun"
	// readBatch is read at once: enough that round trips do not matter, and what waits
	// for a takeover when this pod dies.
	readBatch = 128
	// readBlock is how long a read waits for orders, and by how much it may delay a
	// stop: a read that is under way cannot be taken back.
	readBlock = time.Second
	// retryEvery is the pause after a failure: a Redis that restarts is back within seconds.
	retryEvery = 500 * time.Millisecond
	// firstPause is the pause after a batch of which nothing was done, doubled each time up to
	// retryEvery: it may have held only orders of one mart that fails.
	firstPause = time.Millisecond
	// measureEvery is how often the entries that wait are counted: metrics are read every 15 s or so.
	measureEvery = 5 * time.Second
	// commandTimeout ends a command whose answer does not come: by then Redis is away. A
	// pod that stops may wait for one.
	commandTimeout = 2 * time.Second
)

// A Consumer reads the intake stream, to which publishers append orders. An entry stays there
// until it is done, so that orders that were appended while every pod was down are not lost.
// All pods read as one consumer group, and so share the work.
type Consumer struct {
	client   redis.UniversalClient
	key      string
	consumer string        // this pod's name in the group
	takeover time.Duration // takeoverAfter, but in tests
	keep     time.Duration // keepNames, but in tests
	log      *slog.Logger

	mu      sync.Mutex
	failing error // why the last read failed; nil: it did not

	pause                     time.Duration // after a batch of which nothing was done
	tookOver, swept, measured time.Time     // when these were last done
	backlog                   atomic.Int64
}

type handler = func(entries []map[string]any) (done []bool)

// NewConsumer returns a Consumer of the stream at key, which need not exist yet.
func NewConsumer(client redis.UniversalClient, key string, log *slog.Logger) *Consumer {
	return &Consumer{client: client, key: key, consumer: rand.Text(), takeover: takeoverAfter, keep: keepNames, log: log}
}

// Run calls handle with batches of entries, in the order of the stream, until ctx ends and the
// last batch is done. Run always returns nil. handle is called on one goroutine and returns for
// each entry whether it is done. Run deletes an entry that is done; the others come again after
// 15 s, here or in another pod. handle must return within a few seconds. An entry may come
// twice, and may hold anything.
func (c *Consumer) Run(ctx context.Context, handle func(entries []map[string]any) (done []bool)) error {
	for ctx.Err() == nil {
		if err := c.session(ctx, handle); err != nil && ctx.Err() == nil {
			c.logChange(err)
			wait.For(ctx, retryEvery)
		}
	}
	c.leave(ctx)
	return nil
}

// logChange logs once when reading fails and once when it works again.
func (c *Consumer) logChange(err error) {
	failed := c.Err() != nil
	switch {
	case err != nil && !failed:
		c.log.Warn("orders in the intake stream cannot be read: trying again", "stream", c.key, "err", err)
	case err == nil && failed:
		c.log.Info("orders in the intake stream are read again", "stream", c.key)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failing = err
}

// Err returns why the stream cannot be read; nil: it can, or nobody has tried yet.
func (c *Consumer) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failing
}

// session handles entries until ctx ends or a command fails, and returns the error.
func (c *Consumer) session(ctx context.Context, handle handler) error {
	if err := c.join(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := c.sweep(ctx); err != nil {
			return err
		}
		if err := c.takeOver(ctx, handle); err != nil {
			return err
		}
		if err := c.measure(ctx); err != nil {
			return err
		}
		if err := c.takeNew(ctx, handle); err != nil {
			return err
		}
		c.logChange(nil)
	}
	return nil
}

// join creates the group, at the stream's beginning, unless it exists: a Redis that was
// restarted may have lost it.
func (c *Consumer) join(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	err := c.client.XGroupCreateMkStream(ctx, c.key, consumerGroup, "0").Err()
	if redis.HasErrorPrefix(err, "BUSYGROUP") {
		return nil
	}
	return err
}

// measure asks how many entries wait, once in a while.
func (c *Consumer) measure(ctx context.Context) error {
	if time.Since(c.measured) < measureEvery {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	n, err := c.client.XLen(ctx, c.key).Result() // what is done is deleted
	c.backlog.Store(n)
	c.measured = time.Now()
	return err
}

// Backlog returns how many entries of the stream were not done a moment ago.
func (c *Consumer) Backlog() int { return int(c.backlog.Load()) }

// takeNew waits for entries that no pod has seen.
func (c *Consumer) takeNew(ctx context.Context, handle handler) error {
	// The library would wait for 10 s more than it asks Redis to, and then try again.
	asking, cancel := context.WithTimeout(ctx, readBlock+commandTimeout)
	defer cancel()
	streams, err := c.client.XReadGroup(asking, &redis.XReadGroupArgs{
		Group: consumerGroup, Consumer: c.consumer, Streams: []string{c.key, ">"}, Count: readBatch, Block: readBlock,
	}).Result()
	if errors.Is(err, redis.Nil) { // nothing came
		return nil
	}
	if err != nil || len(streams) == 0 {
		return err
	}
	return c.process(ctx, streams[0].Messages, handle)
}

// process calls handle with entries, and deletes those that are done. It completes even if
// ctx ends.
func (c *Consumer) process(ctx context.Context, messages []redis.XMessage, handle handler) error {
	if len(messages) == 0 {
		return nil
	}
	entries := make([]map[string]any, len(messages))
	for i, m := range messages {
		entries[i] = m.Values
	}
	done := handle(entries)
	var ids []string
	for i, m := range messages {
		if i < len(done) && done[i] {
			ids = append(ids, m.ID)
		}
	}
	if err := c.finish(ctx, ids); err != nil {
		return err
	}
	if c.pause = min(max(2*c.pause, firstPause), retryEvery); len(ids) > 0 {
		c.pause = 0
	}
	if c.pause > 0 { // or the whole stream would be handed out for nothing
		wait.For(ctx, c.pause)
	}
	return nil
}

// finish acknowledges entries that are done, and deletes them, because Redis does not. If it
// fails they come again, which is harmless.
func (c *Consumer) finish(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandTimeout)
	defer cancel()
	pipe := c.client.Pipeline()
	pipe.XAck(ctx, c.key, consumerGroup, ids...)
	pipe.XDel(ctx, c.key, ids...)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("delete what is done: %w", err)
	}
	return nil
}
