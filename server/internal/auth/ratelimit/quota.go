// Package ratelimit bounds what each of many clients may ask for: how much it holds at
// once (Quota), how often it comes (Limiter), and how soon it may try again after failures
// (Attempts). Each type is safe for concurrent use.
package ratelimit

import "sync"

// A Quota bounds how much is held at once under each key.
type Quota[K comparable] struct {
	most int

	mu   sync.Mutex
	held map[K]int // a key is here only while something is held under it
}

// NewQuota returns a Quota that allows most to be held under each key.
func NewQuota[K comparable](most int) *Quota[K] {
	return &Quota[K]{most: most, held: map[K]int{}}
}

// Acquire holds one more under key, until one call of Release. It returns false, and holds
// nothing, if as much is held as is allowed.
func (q *Quota[K]) Acquire(key K) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	held := q.held[key]
	if held >= q.most {
		return false
	}
	q.held[key] = held + 1
	return true
}

// Release gives back one that Acquire took.
func (q *Quota[K]) Release(key K) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if held := q.held[key]; held > 1 {
		q.held[key] = held - 1
	} else {
		delete(q.held, key)
	}
}

// Keys returns under how many keys something is held.
func (q *Quota[K]) Keys() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.held)
}
