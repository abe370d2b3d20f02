package pairing

import (
	"context"
	"errors"

	"jumun/shared/order"
)

const (
	// maxComputing is how many keys are computed at once: each takes 19 MiB and a core for
	// some 50 ms, and the streams of this server need the other cores.
	maxComputing = 2
	// maxPending is how many keys are computed or waited for. The wait is at most some
	// seconds; beyond it clients are told to come again.
	maxPending = 64
)

// errFull means that maxPending keys are pending already.
var errFull = errors.New("too many codes at once")

// A kdfLimiter bounds how many argon2 keys are computed at once. Make one with
// newKDFLimiter.
type kdfLimiter struct {
	pending, computing chan struct{} // semaphores
}

func newKDFLimiter() kdfLimiter {
	return kdfLimiter{make(chan struct{}, maxPending), make(chan struct{}, maxComputing)}
}

// key waits for its turn and returns keyOf(code, mart). It fails with errFull at once if too
// many keys are pending, and when ctx ends.
func (l kdfLimiter) key(ctx context.Context, code string, mart order.MartID) (string, error) {
	select {
	case l.pending <- struct{}{}:
		defer func() { <-l.pending }()
	default:
		return "", errFull
	}
	select {
	case l.computing <- struct{}{}:
		defer func() { <-l.computing }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return keyOf(code, mart), nil
}
