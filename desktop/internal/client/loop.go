package client

import (
	"context"
	"math/rand/v2"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/wait"
)

// A loop makes one attempt after another, each by a stream or by a poll, and waits after each
// that failed.
type loop struct {
	*reader
	route         route
	backoffState  backoffState
	polls         poller
	tried         string          // the token of the last attempt
	ended         chan<- struct{} // gets a value when the token has expired; it holds one, more are dropped
	reconnectedAt time.Time       // when Reconnect was last obeyed
}

func newLoop(r *reader, ended chan<- struct{}) *loop {
	return &loop{reader: r, backoffState: backoffState{base: minBackoff}, polls: poller{eventHandler: eventHandler{reader: r}}, ended: ended}
}

// follow returns when ctx ends or the token was revoked.
func (f *loop) follow(ctx context.Context) {
	for ctx.Err() == nil && !f.revoked.Load() {
		if f.untilReconnect(ctx, f.step) && !f.revoked.Load() {
			f.startOver()
		}
	}
}

// step makes one attempt, and waits after it.
func (f *loop) step(ctx context.Context) {
	f.tried = f.token()
	if w := f.route.next(time.Now()); w == byStream {
		f.stream(ctx)
	} else {
		f.poll(ctx, w)
	}
}

func (f *loop) stream(ctx context.Context) {
	tried := f.route.polling()
	end := f.reader.stream(ctx)
	if ctx.Err() != nil && !end.connected {
		return // it was canceled, which says nothing about the network
	}
	if f.route.streamed(end, time.Now()); !f.route.polling() || end.final() {
		f.failed(ctx, end)
		return
	}
	// A poll follows at once. If polls worked before, or the stream brought something, people need not
	// know of this attempt: the poll tells if something is wrong.
	if ctx.Err() == nil && !tried {
		if !end.heldBack {
			f.tell(end.state(f.Explain))
		}
		f.Log.Warn("streams do not get through as they should, polling", "mart", f.Mart, "err", end.err)
	}
}

func (f *loop) poll(ctx context.Context, w way) {
	got, end := f.polls.poll(ctx, w)
	if ctx.Err() != nil && end != nil {
		return
	}
	f.route.polled(w, end)
	if end != nil {
		f.failed(ctx, *end)
		return
	}
	if f.tell(State{Name: ipc.Connected, Detail: f.Explain(errHeldBack)}); !got.more {
		f.backoffState.failures = 0
	}
	wait.For(ctx, got.pause(f.route.next(time.Now()), rand.Float64()))
}

// failed reports end, and waits as long as it asks for unless it is final.
func (f *loop) failed(ctx context.Context, end ending) {
	if ctx.Err() != nil {
		return
	}
	pause := f.backoffState.after(end, f.Waiting(), rand.Float64())
	f.tell(end.state(f.Explain))
	f.Log.Info("not connected", "mart", f.Mart, "err", end.err, "wait", pause)
	// A token that has been renewed meanwhile was not the one refused.
	if end.final() && f.tried == f.token() {
		f.revoked.Store(true)
		return
	}
	if end.reason == ipc.RefusedExpired {
		f.renewNow()
	}
	wait.For(ctx, pause)
}

func (f *loop) renewNow() {
	select {
	case f.ended <- struct{}{}:
	default:
	}
}
