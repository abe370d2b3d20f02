package ingest

import (
	"context"
	"errors"
	"sync"
	"time"

	"jumun/server/internal/wait"
	"jumun/shared/order"
)

const (
	// maxWaiting is how many orders wait at most, of the marts that work, and again of those that
	// fail: the lunch peak of some thousand stores at once.
	maxWaiting = 8192
	// maxOfMart is how many orders of one mart wait at most. Beyond it nobody could look after them.
	maxOfMart = 1024
	// firstRetry and lastRetry are the pauses before an order of a failing mart is tried again: a
	// Redis that restarts is back within seconds, and a mart whose keys are broken is not to keep
	// Redis busy.
	firstRetry, lastRetry = 500 * time.Millisecond, 5 * time.Second
	// slowAfter is when a mart counts as failing, whatever becomes of the attempt: a hundred times
	// what recording an order takes.
	slowAfter = 500 * time.Millisecond
	// patience is how long Take waits for room. Meanwhile Redis buffers what follows, up to its own
	// limit for slow clients.
	patience = time.Second
)

var (
	errTooMany = errors.New("more orders came than Redis took")
	errStopped = errors.New("the server stopped before Redis took it")
)

// queues hold the orders of the topic that are not recorded yet. Each mart has a queue and a
// goroutine of its own while it has any.
type queues struct {
	record func(context.Context, order.Placement) error
	tasks  sync.WaitGroup // the goroutines
	ended  chan struct{}  // holds a token when an order left

	mu      sync.Mutex
	running context.Context // of run; nil: it has not begun
	marts   map[order.MartID]*queue
	waiting map[bool]int // orders that wait, of failing marts and of the others
}

// A waiting is an order that waits, and what to call once it is recorded.
type waiting struct {
	order.Placement
	recorded func()
}

// A queue is the orders of one mart, oldest first. The first one is being recorded.
type queue struct {
	mart    order.MartID
	orders  []waiting
	failing bool // the last attempt failed, or the one under way takes long
}

func newQueues(record func(context.Context, order.Placement) error) *queues {
	return &queues{record: record, ended: make(chan struct{}, 1), marts: make(map[order.MartID]*queue), waiting: make(map[bool]int)}
}

// add appends an order to the queue of its mart. It fails at once if too many wait for failing
// marts, and after patience if too many wait for those that work.
func (q *queues) add(w waiting) error {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		added, failing := q.tryAdd(w)
		switch {
		case added:
			return nil
		case failing:
			return errTooMany
		}
		select {
		case <-q.ended:
		case <-deadline.C:
			return errTooMany
		}
	}
}

func (q *queues) tryAdd(w waiting) (added, failing bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	m := q.marts[w.Mart]
	isNew := m == nil
	if isNew {
		m = &queue{mart: w.Mart}
	}
	if len(m.orders) >= maxOfMart || q.waiting[m.failing] >= maxWaiting {
		return false, m.failing
	}
	m.orders = append(m.orders, w)
	q.waiting[m.failing]++
	if isNew {
		q.marts[w.Mart] = m
		q.start(m)
	}
	return true, m.failing
}

// start lets a goroutine record the orders of m. The caller holds the lock.
func (q *queues) start(m *queue) {
	if ctx := q.running; ctx != nil {
		q.tasks.Go(func() { q.drain(ctx, m) })
	}
}

// run records orders until ctx ends and all are recorded, or until recording ends. It returns those
// that are left.
func (q *queues) run(ctx, recording context.Context) (left []waiting) {
	q.mu.Lock()
	q.running = recording
	for _, m := range q.marts {
		q.start(m)
	}
	q.mu.Unlock()
	<-ctx.Done()
	q.tasks.Wait()
	for _, m := range q.marts {
		left = append(left, m.orders...)
	}
	return left
}

// drain records the orders of a mart, one after another, until none is left or ctx ends. Each is
// tried until the log has it: this server may be the only one that received it.
func (q *queues) drain(ctx context.Context, m *queue) {
	pause := firstRetry
	for ctx.Err() == nil {
		w, ok := q.first(m)
		if !ok {
			return
		}
		slow := time.AfterFunc(slowAfter, func() { q.fail(m) })
		err := q.record(ctx, w.Placement)
		slow.Stop()
		if err == nil {
			q.done(m)
			w.recorded()
			pause = firstRetry
			continue
		}
		q.fail(m)
		wait.For(ctx, pause)
		pause = min(2*pause, lastRetry)
	}
}

// first returns the oldest order of m. If there is none, m is removed.
func (q *queues) first(m *queue) (w waiting, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(m.orders) > 0 {
		return m.orders[0], true
	}
	delete(q.marts, m.mart)
	return waiting{}, false
}

// done removes the oldest order of m, which is recorded.
func (q *queues) done(m *queue) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.setFailing(m, false)
	m.orders = m.orders[1:]
	q.waiting[false]--
	select {
	case q.ended <- struct{}{}:
	default:
	}
}

func (q *queues) fail(m *queue) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.setFailing(m, true)
}

// setFailing moves the orders of m from one count to the other. The caller holds the lock.
func (q *queues) setFailing(m *queue, failing bool) {
	q.waiting[m.failing] -= len(m.orders)
	m.failing = failing
	q.waiting[m.failing] += len(m.orders)
}

// all returns how many orders wait.
func (q *queues) all() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting[false] + q.waiting[true]
}

// failing returns for how many marts orders wait that cannot be recorded.
func (q *queues) failing() (n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range q.marts {
		if m.failing {
			n++
		}
	}
	return n
}
