// Package limit counts what each of many asks for, and says when it is too much.
package limit

import "sync"

// A Count bounds how much is held at once under each key. It is safe for concurrent use.
type Count[K comparable] struct {
	most int

	mu   sync.Mutex
	held map[K]int // only what is held: as long as there are holders, who have connections
}

// NewCount returns a Count that lets most be held under each key.
func NewCount[K comparable](most int) *Count[K] {
	return &Count[K]{most: most, held: map[K]int{}}
}

// Take holds one more under key until release is called, which may be done twice. When
// most are held it takes nothing, is not ok, and there is no release.
func (c *Count[K]) Take(key K) (release func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[key] >= c.most {
		return nil, false
	}
	c.held[key]++
	return sync.OnceFunc(func() { c.drop(key) }), true
}

func (c *Count[K]) drop(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[key]--; c.held[key] == 0 {
		delete(c.held, key)
	}
}

// Keys is under how many keys something is held.
func (c *Count[K]) Keys() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.held)
}
