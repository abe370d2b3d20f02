package sse

import (
	"context"
	"sync"
)

// A tally counts streams, so that a pod that stops can wait for the last one. The zero
// value counts none.
type tally struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed when there is none; nil: nobody waits
}

func (t *tally) add() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n++
}

func (t *tally) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n--; t.n == 0 && t.none != nil {
		close(t.none)
		t.none = nil
	}
}

// wait returns once there is none, or when ctx ends, with its error.
func (t *tally) wait(ctx context.Context) error {
	select {
	case <-t.zero():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *tally) zero() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.none == nil {
		t.none = make(chan struct{})
	}
	none := t.none
	if t.n == 0 {
		close(t.none)
		t.none = nil
	}
	return none
}
