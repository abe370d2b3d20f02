package pairing

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

const (
	// maxComputing is how many keys are computed at once: each takes 19 MiB and a core for
	// some 50 ms, and the streams of this server need the other cores.
	maxComputing = 2
	// maxWaiting is how many keys wait for that. The wait is at most some seconds; beyond it
	// clients are told to come again.
	maxWaiting = 64
)

// errFull means that maxWaiting keys wait already, of clients that failed less.
var errFull = errors.New("too many codes at once")

// A kdfLimiter bounds how many argon2 keys are computed at once. Clients that failed less are served
// first, and when too many wait, the one that failed most is refused: so those who guess do not hold
// up a client that has not failed. The zero value works.
type kdfLimiter struct {
	mu        sync.Mutex
	computing int
	waiting   []*waiter // in the order in which they are served; of equals, the first to come is first
}

// A waiter waits to compute a key.
type waiter struct {
	failed int
	turn   chan error // gets nil when the waiter may compute, or errFull; has room for it
}

// hash waits for its turn and returns s.hash(). failed is how often the client, or a network around it, failed
// of late. It fails with errFull if too many others wait, and when ctx ends.
func (l *kdfLimiter) hash(ctx context.Context, failed int, s secret) (string, error) {
	if err := l.enter(ctx, failed); err != nil {
		return "", err
	}
	defer l.leave()
	return s.hash(), nil
}

// enter waits until one more key may be computed. The caller must call leave then.
func (l *kdfLimiter) enter(ctx context.Context, failed int) error {
	w := l.queue(failed)
	select {
	case err := <-w.turn:
		return err
	case <-ctx.Done():
		l.abandon(w)
		return ctx.Err()
	}
}

func (l *kdfLimiter) queue(failed int) *waiter {
	w := &waiter{failed, make(chan error, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.computing < maxComputing {
		l.computing++
		w.turn <- nil
		return w
	}
	behind, _ := slices.BinarySearchFunc(l.waiting, failed+1, func(w *waiter, failed int) int { return cmp.Compare(w.failed, failed) })
	l.waiting = slices.Insert(l.waiting, behind, w)
	if last := len(l.waiting) - 1; last == maxWaiting {
		l.waiting[last].turn <- errFull
		l.waiting = slices.Delete(l.waiting, last, last+1)
	}
	return w
}

// abandon takes w out of the queue. If its turn has come meanwhile, the next one has it.
func (l *kdfLimiter) abandon(w *waiter) {
	l.mu.Lock()
	at := slices.Index(l.waiting, w)
	if at >= 0 {
		l.waiting = slices.Delete(l.waiting, at, at+1)
	}
	l.mu.Unlock()
	if at < 0 && <-w.turn == nil {
		l.leave()
	}
}

// leave lets the next one compute.
func (l *kdfLimiter) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		l.computing--
		return
	}
	l.waiting[0].turn <- nil
	l.waiting = slices.Delete(l.waiting, 0, 1)
}
