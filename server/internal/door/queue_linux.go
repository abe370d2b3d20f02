package door

import "sync"

// A queue has requests wait for workers, in the order in which they came. It takes memory
// for those who wait, not for all who may. Make one with newQueue.
type queue struct {
	mu      sync.Mutex
	more    sync.Cond // than there were, or it is closed
	waiting []request
	closed  bool
}

func newQueue() *queue {
	q := &queue{}
	q.more.L = &q.mu
	return q
}

// put has a request wait; it is false if too many do already.
func (q *queue) put(r request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) >= waitAtMost {
		return false
	}
	q.waiting = append(q.waiting, r)
	q.more.Signal()
	return true
}

// next waits for a request; there is none if the queue is closed and all are taken.
func (q *queue) next() (r request, is bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.more.Wait()
	}
	if len(q.waiting) == 0 {
		return request{}, false
	}
	r, q.waiting[0] = q.waiting[0], request{}
	if q.waiting = q.waiting[1:]; len(q.waiting) == 0 {
		q.waiting = nil
	}
	return r, true
}

// close has next return when nobody waits any more.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.more.Broadcast()
}
