package pairing

import (
	"context"
	"errors"

	"jumun/shared/order"
)

const (
	// maxComputing is how many keys are computed at once: each takes 19 MiB and a core for
	// some 50 ms, and the streams of this server need the others.
	maxComputing = 2
	// maxWaiting is how many keys are computed or waited for, at most for some seconds;
	// beyond it whoever asks is told to come again.
	maxWaiting = 64
)

// errFull says that maxWaiting are in the mill already.
var errFull = errors.New("too many codes at once")

// A kdfLimiter makes keys of codes, few at a time. Make one with newKDFLimiter.
type kdfLimiter struct {
	waiting, computing chan struct{} // a token for each
}

func newKDFLimiter() kdfLimiter {
	return kdfLimiter{make(chan struct{}, maxWaiting), make(chan struct{}, maxComputing)}
}

// key is keyOf, once it is its turn. It fails with errFull at once, or when ctx ends.
func (m kdfLimiter) key(ctx context.Context, code string, mart order.MartID) (string, error) {
	select {
	case m.waiting <- struct{}{}:
		defer func() { <-m.waiting }()
	default:
		return "", errFull
	}
	select {
	case m.computing <- struct{}{}:
		defer func() { <-m.computing }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return keyOf(code, mart), nil
}
