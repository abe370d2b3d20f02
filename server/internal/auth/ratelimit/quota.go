// Package ratelimit counts what each of many asks for, and says when it is too much.
package ratelimit

import "sync"

// A Quota bounds how much is held at once under each key. It is safe for concurrent use.
type Quota[K comparable] struct {
	most int

	mu   sync.Mutex
	held map[K]int // only what is held: as long as there are holders, who have connections
}

// NewQuota returns a Quota that lets most be held under each key.
func NewQuota[K comparable](most int) *Quota[K] {
	return &Quota[K]{most: most, held: map[K]int{}}
}

// Acquire holds one more under key until Release is called, once. When most are held it takes
// nothing and is false, and there is nothing to drop.
func (c *Quota[K]) Acquire(key K) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.held[key]
	if held >= c.most {
		return false
	}
	c.held[key] = held + 1
	return true
}

// Release lets go of one that was taken.
func (c *Quota[K]) Release(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if held := c.held[key]; held > 1 {
		c.held[key] = held - 1
	} else {
		delete(c.held, key)
	}
}

// Keys is under how many keys something is held.
func (c *Quota[K]) Keys() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.held)
}
