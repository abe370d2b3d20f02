package eventlog

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// maxCommands go in one pipeline: its first caller waits for the answers to the last, and
	// a slow Redis has to answer all of them within IOTimeout, or all are sent again. More
	// save next to nothing. The commands of one caller stay together.
	maxCommands = 64
	// maxPipelines run to one node at once: a second one keeps Redis busy while the answers
	// to the first are read. With more, each carries less.
	maxPipelines = 2
	// maxWaiting callers wait for one node: all the devices of a pod at once. A caller beyond
	// that gets errBusy at once, rather than an error after a timeout.
	maxWaiting = 1 << 16
)

var errBusy = errors.New("too many callers wait for Redis already")

// pageInterval is how long a page may wait for others when devices come one after another:
// nobody notices that a stream begins two milliseconds later, and without it thousands of
// devices cause thousands of round trips a second. Orders do not wait.
const pageInterval = 2 * time.Millisecond

// A batcher sends the commands of many callers in shared pipelines: a system call costs as
// much as twenty small commands, on either side. The first caller's commands are sent at
// once. Those of the callers that come meanwhile are sent together when the answers are
// there, but not within interval of the last pipeline.
//
// On a Cluster each node has its own queue, so that a node that hangs delays only its own
// marts.
type batcher struct {
	client   redis.UniversalClient
	interval time.Duration // between two pipelines to a node
	sending  sync.WaitGroup

	mu     sync.Mutex
	queues map[string]*queue // by the address of their node; there are few
}

func newBatcher(client redis.UniversalClient, interval time.Duration) *batcher {
	return &batcher{client: client, interval: interval, queues: make(map[string]*queue)}
}

// exec executes the commands of pipe, all of them about the mart of key, and returns the
// first error among theirs. When ctx ends, exec returns, unless the commands are being sent
// alone. They may still be executed; nobody reads their answers then.
func (b *batcher) exec(ctx context.Context, key string, pipe redis.Pipeliner) error {
	q, err := b.queue(ctx, key)
	if err != nil {
		return err
	}
	c := &call{ctx: ctx, cmds: pipe.Cmds(), answered: make(chan struct{})}
	alone, err := q.add(c)
	if err != nil {
		return err
	}
	if alone { // as most orders: this saves waking a goroutine
		q.send([]*call{c})
		q.sentAlone()
	}
	select {
	case <-c.answered:
		return c.err()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// queue returns the queue of the node that has key.
func (b *batcher) queue(ctx context.Context, key string) (*queue, error) {
	node := ""
	if cluster, is := b.client.(*redis.ClusterClient); is {
		master, err := cluster.MasterForKey(ctx, key)
		if err != nil {
			return nil, err
		}
		node = master.Options().Addr
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queues[node] == nil {
		b.queues[node] = &queue{batcher: b}
	}
	return b.queues[node], nil
}

// A call is the commands of one caller.
type call struct {
	ctx      context.Context
	cmds     []redis.Cmder
	answered chan struct{} // closed when cmds have their answers
}

func (c *call) err() error {
	for _, cmd := range c.cmds {
		if err := cmd.Err(); err != nil {
			return err
		}
	}
	return nil
}
