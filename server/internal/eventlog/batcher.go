package eventlog

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

const (
	// commandsAtOnce go in one round trip: the first waits for the answers to the last, and
	// a slow Redis has to be done with all within IOTimeout, or all are asked for again.
	// More save next to nothing. Commands of one caller are not parted.
	commandsAtOnce = 64
	// pipelinesAtOnce are under way to one node: a second one keeps Redis busy while the
	// answers of the first are read; with more, each carries less.
	pipelinesAtOnce = 2
	// askingAtMost wait for one node: all the devices of a pod at once. Whoever asks beyond
	// that is told at once, rather than after a timeout.
	askingAtMost = 1 << 16
)

var errBusy = errors.New("too many wait for Redis already")

// gatherPages is how long a page may wait for others when devices come one after another:
// nobody notices that a stream begins two milliseconds later, and without it a storm of
// them is thousands of round trips a second. Orders wait for nobody.
const gatherPages = 2 * time.Millisecond

// pipelines has commands of many callers share round trips: a system call costs as much
// as twenty small commands, on either side. Who comes first goes at once, and what is
// asked meanwhile goes together as soon as that is back, but not within gather.
//
// On a Cluster each node has its own, so that a node that hangs holds up its own marts
// alone.
type pipelines struct {
	client  redis.UniversalClient
	gather  time.Duration // between two pipelines to a node
	running sync.WaitGroup

	mu    sync.Mutex
	nodes map[string]*quay // by the address of their node; few ever were there
}

func newPipelines(client redis.UniversalClient, gather time.Duration) *pipelines {
	return &pipelines{client: client, gather: gather, nodes: make(map[string]*quay)}
}

// exec has the commands of pipe done, all of them about the mart of key, and returns the
// first error among theirs. When ctx ends it does not wait any longer, unless its commands
// are on their way alone, and they may be done yet: their answers belong to nobody then.
func (p *pipelines) exec(ctx context.Context, key string, pipe redis.Pipeliner) error {
	q, err := p.quay(ctx, key)
	if err != nil {
		return err
	}
	a := &asking{ctx: ctx, cmds: pipe.Cmds(), answered: make(chan struct{})}
	alone, err := q.join(a)
	if err != nil {
		return err
	}
	if alone { // most orders are: no goroutine has to be woken for them
		q.send([]*asking{a})
		q.back()
	}
	select {
	case <-a.answered:
		return a.err()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// quay is where those wait who ask the node of key.
func (p *pipelines) quay(ctx context.Context, key string) (*quay, error) {
	node := ""
	if cluster, is := p.client.(*redis.ClusterClient); is {
		master, err := cluster.MasterForKey(ctx, key)
		if err != nil {
			return nil, err
		}
		node = master.Options().Addr
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.nodes[node] == nil {
		p.nodes[node] = &quay{pipelines: p}
	}
	return p.nodes[node], nil
}

// An asking is what one caller asks.
type asking struct {
	ctx      context.Context
	cmds     []redis.Cmder
	answered chan struct{} // closed when cmds have their answers
}

func (a *asking) err() error {
	for _, cmd := range a.cmds {
		if err := cmd.Err(); err != nil {
			return err
		}
	}
	return nil
}

// A quay is where those wait who ask one node.
type quay struct {
	*pipelines

	mu       sync.Mutex
	waiting  []*asking
	underWay int       // pipelines
	left     time.Time // when the last one of those who waited did
}

// join has a wait for its turn, or go now, alone.
func (q *quay) join(a *asking) (alone bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case len(q.waiting) >= askingAtMost:
		return false, errBusy
	case q.underWay < pipelinesAtOnce && q.gather == 0 && len(q.waiting) == 0:
		q.underWay++
		return true, nil
	}
	q.waiting = append(q.waiting, a)
	if q.underWay < pipelinesAtOnce {
		q.underWay++
		q.running.Go(q.carry)
	}
	return false, nil
}

// back is called when one who went alone is back: others may have come meanwhile.
func (q *quay) back() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		q.running.Go(q.carry)
		return
	}
	q.underWay--
}

// carry takes whoever waits across, until nobody does.
func (q *quay) carry() {
	for {
		q.linger()
		together := q.next()
		if len(together) == 0 {
			return
		}
		q.send(together)
	}
}

// linger lets others come along, if somebody has gone just now.
func (q *quay) linger() {
	q.mu.Lock()
	d := time.Until(q.left.Add(q.gather))
	q.mu.Unlock()
	if q.gather > 0 && d > 0 {
		time.Sleep(d)
	}
}

// next are those who go together now. If there are none, a pipeline less is under way.
func (q *quay) next() (together []*asking) {
	q.mu.Lock()
	defer q.mu.Unlock()
	commands, taken := 0, 0
	for ; taken < len(q.waiting) && commands < commandsAtOnce; taken++ {
		if a := q.waiting[taken]; a.ctx.Err() == nil { // else nobody waits for it any more
			together, commands = append(together, a), commands+len(a.cmds)
		}
	}
	if q.waiting = q.waiting[taken:]; len(q.waiting) == 0 {
		q.waiting = nil
	}
	if len(together) == 0 {
		q.underWay--
	} else {
		q.left = time.Now()
	}
	return together
}

// send does not heed any caller's ctx: who gives up must not take the others along.
func (q *quay) send(together []*asking) {
	ctx, cancel := context.WithTimeout(context.Background(), redisconn.IOTimeout)
	defer cancel()
	pipe := q.client.Pipeline()
	for _, a := range together {
		_ = pipe.BatchProcess(ctx, a.cmds...)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for _, a := range together {
		close(a.answered)
	}
}
