package client

import (
	"context"
	"errors"
	"sync"
	"time"

	"jumun/desktop/internal/ipc"
)

// hurryPause is the least time between two hurries: a button that is held down, and a
// system that wakes in steps, must not become a storm of connections.
const hurryPause = time.Second

// errHurried ends what is waited for. Nobody is told: what comes next is what counts.
var errHurried = errors.New("asked to hurry / 다시 연결하는 중입니다")

// Hurry says that waiting makes no sense any more: the PC woke from sleep, its network
// is another, or a person wants it now. Whatever the feed waits for ends, an open stream
// too, since after a sleep it may be dead without anybody knowing. The feed connects anew
// at once, and if that fails waits as after a first failure. Nothing is lost or repeated
// by it: an event that is being stored is stored first.
//
// It may be called at any time, from any goroutine, and never waits. Two within
// hurryPause are spread to that; more become one. While Run does not run, and once the
// token was revoked, it does nothing.
func (f *Feed) Hurry() {
	select {
	case f.hurries.wanted() <- struct{}{}:
	default: // one is pending, which does for this one too
	}
}

// hurries holds a token while somebody wants a hurry. The zero value is ready.
type hurries struct {
	once  sync.Once
	token chan struct{}
}

func (h *hurries) wanted() chan struct{} {
	h.once.Do(func() { h.token = make(chan struct{}, 1) })
	return h.token
}

// forget drops a hurry from before: whoever begins is in a hurry as it is.
func (h *hurries) forget() {
	select {
	case <-h.wanted():
	default:
	}
}

// hurriedly does something that ends with its ctx, and ends that ctx when somebody
// hurries. It reports whether somebody did.
func (f *follower) hurriedly(ctx context.Context, do func(context.Context)) bool {
	ctx, cut := context.WithCancelCause(ctx)
	hurried := make(chan bool)
	go func() { hurried <- f.awaitHurry(ctx, cut) }()
	do(ctx)
	cut(nil)
	return <-hurried
}

// awaitHurry ends ctx by cut when somebody hurries, which it reports by true, or returns
// when ctx has ended.
func (f *follower) awaitHurry(ctx context.Context, cut context.CancelCauseFunc) bool {
	sleep(ctx, time.Until(f.hurried.Add(hurryPause)))
	select {
	case <-ctx.Done():
		return false
	case <-f.hurries.wanted():
		f.hurried = time.Now()
		cut(errHurried)
		return true
	}
}

// afresh makes the next try a first one. People see that it is one: the stream that was
// given up may have been dead for hours.
func (f *follower) afresh() {
	f.pace.failures = 0
	f.route.hurry(time.Now())
	f.client.CloseIdleConnections() // a poll would meet a dead one
	if f.told.Name == ipc.Connected {
		f.tell(State{Name: ipc.Connecting})
	}
	f.Log.Info("hurried", "mart", f.Mart)
}
