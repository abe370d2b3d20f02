package client

import (
	"context"
	"errors"
	"time"
)

const (
	// doubtAfter is how long after a heartbeat should have come the stream is doubted: one that is a
	// little late is none of the network's faults.
	doubtAfter = 2 * time.Second
	// doubtLimit is how long the server may then take to answer a request beside the stream. With a
	// heartbeat of 20 s a cut cable is known within 28 s.
	doubtLimit = 6 * time.Second
)

// doubt makes an open stream prove that its server can still be reached: a request beside it got no
// answer, or a heartbeat is late. A stream whose cable was cut looks the same as one on a quiet day.
// It is safe for concurrent use and never blocks.
func (f *Client) doubt() { f.doubts.want() }

// proveWhenDoubted asks the server, at each doubt until ctx ends, and gives the stream up with
// errSilent if there is no answer.
func (r *reader) proveWhenDoubted(ctx context.Context, giveUp context.CancelCauseFunc) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.doubts.wanted():
		}
		if !r.isReachable(ctx) {
			giveUp(errSilent)
			return
		}
		r.doubts.forget() // of the request that was just answered
	}
}

// isReachable reports whether the server answers a request, whatever it answers.
func (r *reader) isReachable(ctx context.Context) bool {
	ctx, cancel := context.WithTimeoutCause(ctx, doubtLimit, errNoAnswer)
	defer cancel()
	err := r.Check(ctx)
	return !isUnreached(err) && !errors.Is(err, errNoAnswer)
}
