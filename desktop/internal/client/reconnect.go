package client

import (
	"context"
	"sync"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/wait"
)

// reconnectPause is the least time between two reconnects: a button that is held down, or a
// system that wakes in steps, must not make a storm of connections.
const reconnectPause = time.Second

// Reconnect connects again at once: the PC woke from sleep, its network has changed, or a
// person asks for it. Every wait ends, and so does an open stream, which may be dead after a
// sleep. If connecting fails, the next wait is that of a first failure. Nothing is lost or
// repeated: an event that is being stored is stored first.
//
// Reconnect is safe for concurrent use and never blocks. Two calls within reconnectPause are
// spread to that; more become one. While Run does not run, and once the token was revoked, it
// does nothing.
func (f *Client) Reconnect() {
	f.reconnects.want()
}

// A wish holds a value while something is wanted. The zero value is ready.
type wish struct {
	once  sync.Once
	token chan struct{}
}

func (h *wish) wanted() chan struct{} {
	h.once.Do(func() { h.token = make(chan struct{}, 1) })
	return h.token
}

// want never blocks.
func (h *wish) want() {
	select {
	case h.wanted() <- struct{}{}:
	default: // one is pending, which does for this one too
	}
}

// forget drops a value from before.
func (h *wish) forget() {
	select {
	case <-h.wanted():
	default:
	}
}

// untilReconnect calls do, and ends its ctx when a reconnect is wanted, which it reports.
func (f *loop) untilReconnect(ctx context.Context, do func(context.Context)) bool {
	ctx, cut := context.WithCancelCause(ctx)
	wanted := make(chan bool)
	go func() { wanted <- f.awaitReconnect(ctx, cut) }()
	do(ctx)
	cut(nil)
	return <-wanted
}

// awaitReconnect calls cut when a reconnect is wanted and returns true, or returns false when
// ctx ends.
func (f *loop) awaitReconnect(ctx context.Context, cut context.CancelCauseFunc) bool {
	wait.For(ctx, time.Until(f.reconnectedAt.Add(reconnectPause)))
	select {
	case <-ctx.Done():
		return false
	case <-f.reconnects.wanted():
		f.reconnectedAt = time.Now()
		cut(errReconnect)
		return true
	}
}

// startOver makes the next attempt a first one. People see that: the stream that was given up
// may have been dead for hours.
func (f *loop) startOver() {
	f.backoffState.failures = 0
	f.route.reconnect(time.Now())
	f.client.CloseIdleConnections() // a poll would meet a dead one
	if f.told.Name == ipc.Connected {
		f.tell(State{Name: ipc.Connecting})
	}
	f.Log.Info("connecting again at once", "mart", f.Mart)
}
