package client

import (
	"context"
	"math/rand/v2"
	"time"

	"jumun/desktop/internal/ipc"
)

// A follower goes one way after the other, with a wait after each that failed.
type follower struct {
	*reader
	route   route
	pace    pace
	polls   poller
	tried   string          // the token with which it went last
	ended   chan<- struct{} // gets one when that has ended; one is enough, and more are dropped
	hurried time.Time       // when somebody last was in a hurry
}

func newFollower(r *reader, ended chan<- struct{}) *follower {
	return &follower{reader: r, pace: pace{base: firstWait}, polls: poller{taker: taker{reader: r}}, ended: ended}
}

// follow returns when ctx has ended, or the token was revoked.
func (f *follower) follow(ctx context.Context) {
	for ctx.Err() == nil && !f.revoked.Load() {
		if f.hurriedly(ctx, f.goOn) && !f.revoked.Load() {
			f.afresh()
		}
	}
}

// goOn goes one way, and waits after it.
func (f *follower) goOn(ctx context.Context) {
	f.tried = f.token()
	if w := f.route.next(time.Now()); w == byStream {
		f.stream(ctx)
	} else {
		f.poll(ctx, w)
	}
}

func (f *follower) stream(ctx context.Context) {
	tried := f.route.polling()
	end := f.reader.stream(ctx)
	if ctx.Err() != nil && !end.connected {
		return // it was cut off, which says nothing of the network
	}
	if f.route.streamed(end, time.Now()); !f.route.polling() || end.final() {
		f.failed(ctx, end)
		return
	}
	// A poll comes at once. If it was a poll that worked before, people need not know of
	// this try: the poll will say if something is wrong.
	if ctx.Err() == nil && !tried {
		f.tell(end.state())
		f.Log.Info("streams are swallowed, polling", "mart", f.Mart, "err", end.err)
	}
}

func (f *follower) poll(ctx context.Context, w way) {
	got, end := f.polls.poll(ctx, w)
	if ctx.Err() != nil && end != nil {
		return
	}
	f.route.polled(w, end)
	if end != nil {
		f.failed(ctx, *end)
		return
	}
	if f.tell(State{Name: ipc.Connected}); !got.more {
		f.pace.failures = 0
	}
	sleep(ctx, got.pause(f.route.next(time.Now()), rand.Float64()))
}

// failed tells people about end and waits as long as it asks for, unless it is final.
func (f *follower) failed(ctx context.Context, end ending) {
	if ctx.Err() != nil {
		return
	}
	wait := f.pace.after(end, rand.Float64())
	f.tell(end.state())
	f.Log.Info("not connected", "mart", f.Mart, "err", end.err, "wait", wait)
	// A token that has been renewed meanwhile was not the one refused.
	if end.final() && f.tried == f.token() {
		f.revoked.Store(true)
		return
	}
	if end.reason == ipc.RefusedExpired {
		f.renewNow()
	}
	sleep(ctx, wait)
}

func (f *follower) renewNow() {
	select {
	case f.ended <- struct{}{}:
	default:
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
