package sse

import (
	"context"
	"sync"
)

// A counter counts streams, so that a server that stops can wait for the last one. The zero value
// counts none. It is safe for concurrent use.
type counter struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when there is none; nil: nobody waits
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *counter) remove() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n--; c.n == 0 && c.none != nil {
		close(c.none)
		c.none = nil
	}
}

// wait returns nil once there is none, or the error of ctx when that ends first.
func (c *counter) wait(ctx context.Context) error {
	select {
	case <-c.zero():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *counter) zero() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.none == nil {
		c.none = make(chan struct{})
	}
	none := c.none
	if c.n == 0 {
		close(c.none)
		c.none = nil
	}
	return none
}
