package client

import (
	"context"
	"time"
)

// Antivirus programs and proxies may hold back the last piece of what a server has sent until the
// next piece comes: the end of an order's event, or all of it. Then every order is as late as the
// next heartbeat, on a stream that looks healthy. It shows in two ways: a part of an event comes
// and the rest does not, or a heartbeat comes at a time at which the server sends none, because
// an event has pushed it. Then a request beside the stream tells whether it is so.
const (
	// pieceAfter is how long the rest of an event may be on its way: the server writes an event at once, and
	// a packet that is lost is repeated within that time.
	pieceAfter = 800 * time.Millisecond
	// heldBackGrace is how long the stream has to bring what a request beside it has brought.
	heldBackGrace = 400 * time.Millisecond
	// pushedWithin is how soon after an event a server may send a heartbeat that has no place in its
	// rhythm, to push the event on.
	pushedWithin = 4 * time.Second
)

// proveHeldBack asks the server, at each suspicion until ctx ends, and gives the stream up with
// errHeldBack if the server has something that the stream does not bring.
func (r *reader) proveHeldBack(ctx context.Context, body *watchedBody, giveUp context.CancelCauseFunc) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-body.suspected.wanted():
		}
		if r.isHeldBack(ctx, body) {
			giveUp(errHeldBack)
			return
		}
	}
}

// isHeldBack reports whether the stream does not bring what the server has sent.
func (r *reader) isHeldBack(ctx context.Context, body *watchedBody) bool {
	reads, unfinished, at := body.reads.Load(), body.unfinished.Load(), r.at.Load()
	polled, err := r.peek(ctx, *at)
	if err != nil {
		return false // the network is slow, or something else is wrong
	}
	timer := time.NewTimer(heldBackGrace)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	}
	return unfinished && body.reads.Load() == reads || *at != "" && len(polled.Events) > 0 && r.at.Load() == at
}

// A rhythm knows when a server sends heartbeats.
type rhythm struct {
	period time.Duration
	beat   time.Time // the last heartbeat that was in time; zero: none was
	event  time.Time // the last event
}

// isOdd reports whether the heartbeat that comes at now has no place in the rhythm. From the first
// one on a server's heartbeats are a period apart, or the first after an event is one after that.
// Another period than the one that was expected is learned.
func (h *rhythm) isOdd(now time.Time) bool {
	if now.Sub(h.event) < pushedWithin {
		return false
	}
	since, slack := now.Sub(h.beat), h.period/8
	inTime := since+slack >= h.period && (since+slack)%h.period <= 2*slack
	odd := !h.beat.IsZero() && !inTime && (now.Sub(h.event)-h.period).Abs() > slack
	if h.beat = now; odd {
		h.period = max(since, time.Second)
	}
	return odd
}
