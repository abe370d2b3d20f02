package agent

import (
	"context"
	"sync"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// A link is a feed and an outbox, for one server and mart.
type link struct {
	cancel context.CancelFunc
	ended  chan struct{} // closed when both have ended
	wake   chan struct{} // holds a token while the outbox has reason to look

	// Both are nil while there is no feed; of the loop.
	check func(context.Context) error // makes a round trip to the server
	again func()                      // connects anew
}

// stop ends both and waits for them.
func (l *link) stop() {
	l.cancel()
	<-l.ended
}

// hurry has what is unsent sent now: there is more, or the server is back. It may be
// called from any goroutine and never waits.
func (l *link) hurry() {
	select {
	case l.wake <- struct{}{}:
	default: // a token is there already
	}
}

// relink connects with the settings that hold now, after the old link has ended.
func (a *Agent) relink() {
	if a.link != nil {
		a.link.stop()
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &link{cancel: cancel, ended: make(chan struct{}), wake: make(chan struct{}, 1)}
	a.link, a.reason, a.detail, a.admitted = l, "", "", false
	a.refresh() // the mart may be another
	if a.settings.Server == "" || a.settings.Mart == "" {
		a.bell.SetConnection(ipc.NotSet, time.Now())
		close(l.ended)
		return
	}
	a.bell.SetConnection(ipc.Connecting, time.Now())
	s := a.settings
	s.Device = a.device
	go func() {
		defer close(l.ended)
		a.follow(ctx, l, s)
	}()
}

// follow runs the feed and the outbox, once there is a token for them. What they say is posted only while l is not
// stopped: the loop waits for their end, so one that waited for the loop would never end.
func (a *Agent) follow(ctx context.Context, l *link, s settings.Settings) {
	post := func(f func()) {
		select {
		case a.work <- func() {
			if a.link == l {
				f()
			}
		}:
		case <-ctx.Done():
		}
	}
	f := a.feed(l, s, post)
	f.Renewed = func(token string) { a.keepRenewed(ctx, s, token, post) }
	if !a.admit(ctx, f, s, func(st client.State) { post(func() { a.linked(st) }) }) {
		return
	}
	post(func() { a.admitted, l.check, l.again = true, f.Check, f.Hurry })
	o := &outbox{inbox: a.inbox, mart: s.Mart, send: f.Acknowledge, sent: func() { post(nothing) }, wake: l.wake, log: a.Log}
	var wait sync.WaitGroup
	defer wait.Wait()
	wait.Go(func() { o.run(ctx) })
	if err := f.Run(ctx); err != nil {
		a.Log.Error("the feed ended", "err", err)
		post(func() { a.linked(client.State{Name: ipc.Refused, Detail: err.Error()}) })
	}
}

// nothing is posted after a change of the inbox, for the loop to see if it was stored.
func nothing() {}

// feed is a feed that stores what it hears, and then tells the loop.
func (a *Agent) feed(l *link, s settings.Settings, post func(func())) *client.Feed {
	return &client.Feed{
		Server: s.Server, Mart: s.Mart, Device: s.Device, Log: a.Log,
		LastID: func() order.ID { return a.inbox.LastID(s.Mart) },
		State: func(st client.State) {
			if st.Name == ipc.Connected {
				l.hurry()
			}
			post(func() { a.linked(st) })
		},
		Event: func(e order.Event) {
			a.keep(e)
			post(a.refresh)
		},
		Position: func(id order.ID) {
			a.inbox.Move(s.Mart, id)
			post(nothing)
		},
		Gap: func() {
			a.inbox.Gap(s.Mart)
			a.Log.Warn("orders may be missing: the server's log does not reach back far enough", "mart", s.Mart)
			post(a.refresh)
		},
	}
}

func (a *Agent) linked(s client.State) {
	a.Log.Info("connection", "state", s.Name, "reason", s.Reason, "detail", s.Detail)
	a.reason, a.detail = s.Reason, s.Detail
	a.bell.SetConnection(s.Name, time.Now())
}
