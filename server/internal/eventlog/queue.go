package eventlog

import (
	"context"
	"sync"
	"time"

	"jumun/server/internal/redisconn"
)

// A queue holds the calls that wait for one node. At most maxWaiting wait; add refuses the
// next one.
type queue struct {
	*batcher

	mu       sync.Mutex
	waiting  []*call
	running  int       // pipelines
	lastSent time.Time // when the last batch of waiting calls was sent
}

// add appends c to the queue, or reports that the caller must send it now, alone, and then
// call sentAlone.
func (q *queue) add(c *call) (alone bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case len(q.waiting) >= maxWaiting:
		return false, errBusy
	case q.running < maxPipelines && q.interval == 0 && len(q.waiting) == 0:
		q.running++
		return true, nil
	}
	q.waiting = append(q.waiting, c)
	if q.running < maxPipelines {
		q.running++
		q.sending.Go(q.sendAll)
	}
	return false, nil
}

// sentAlone ends a pipeline that a caller sent alone: others may have come meanwhile.
func (q *queue) sentAlone() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		q.sending.Go(q.sendAll)
		return
	}
	q.running--
}

// sendAll sends batches until no call waits.
func (q *queue) sendAll() {
	for {
		q.waitForOthers()
		batch := q.next()
		if len(batch) == 0 {
			return
		}
		q.send(batch)
	}
}

// waitForOthers blocks until interval after the last batch, so that more calls share the
// next one.
func (q *queue) waitForOthers() {
	q.mu.Lock()
	d := time.Until(q.lastSent.Add(q.interval))
	q.mu.Unlock()
	if q.interval > 0 && d > 0 {
		time.Sleep(d)
	}
}

// next removes the next batch from the queue. If it is empty, the caller's pipeline has ended.
func (q *queue) next() (batch []*call) {
	q.mu.Lock()
	defer q.mu.Unlock()
	commands, taken := 0, 0
	for ; taken < len(q.waiting) && commands < maxCommands; taken++ {
		if c := q.waiting[taken]; c.ctx.Err() == nil { // else its caller has given up
			batch, commands = append(batch, c), commands+len(c.cmds)
		}
	}
	if q.waiting = q.waiting[taken:]; len(q.waiting) == 0 {
		q.waiting = nil
	}
	if len(batch) == 0 {
		q.running--
	} else {
		q.lastSent = time.Now()
	}
	return batch
}

// send ignores the ctx of each caller: one that gives up must not cancel the others' commands.
func (q *queue) send(batch []*call) {
	ctx, cancel := context.WithTimeout(context.Background(), redisconn.IOTimeout)
	defer cancel()
	pipe := q.client.Pipeline()
	for _, c := range batch {
		_ = pipe.BatchProcess(ctx, c.cmds...)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for _, c := range batch {
		close(c.answered)
	}
}
