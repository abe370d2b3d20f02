package pairing

import (
	"context"
	"errors"

	"jumun/shared/order"
)

const (
	// maxGrinding is how many keys are computed at once: each takes 19 MiB and a core for
	// some 50 ms, and the streams of this server need the others.
	maxGrinding = 2
	// maxInMill is how many keys are computed or waited for, at most for some seconds;
	// beyond it whoever asks is told to come again.
	maxInMill = 64
)

// errFull says that maxInMill are in the mill already.
var errFull = errors.New("too many codes at once")

// A mill makes keys of codes, few at a time. Make one with newMill.
type mill struct {
	inside, grinding chan struct{} // a token for each
}

func newMill() mill {
	return mill{make(chan struct{}, maxInMill), make(chan struct{}, maxGrinding)}
}

// key is keyOf, once it is its turn. It fails with errFull at once, or when ctx ends.
func (m mill) key(ctx context.Context, code string, mart order.MartID) (string, error) {
	select {
	case m.inside <- struct{}{}:
		defer func() { <-m.inside }()
	default:
		return "", errFull
	}
	select {
	case m.grinding <- struct{}{}:
		defer func() { <-m.grinding }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	return keyOf(code, mart), nil
}
