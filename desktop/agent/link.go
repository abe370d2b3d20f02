package agent

import (
	"context"
	"time"

	"jumun/desktop/feed"
	"jumun/desktop/pipe"
	"jumun/shared/order"
)

// A link is one feed, for one server and mart.
type link struct {
	cancel context.CancelFunc
	ended  chan struct{}
}

// stop ends the feed and waits for it.
func (l *link) stop() {
	l.cancel()
	<-l.ended
}

// relink connects with the settings that hold now, after the old feed has ended.
func (a *Agent) relink() {
	if a.link != nil {
		a.link.stop()
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &link{cancel: cancel, ended: make(chan struct{})}
	a.link, a.detail = l, ""
	if a.settings.Server == "" || a.settings.Mart == "" {
		a.bell.Linked(pipe.NotSet, time.Now())
		close(l.ended)
		return
	}
	a.bell.Linked(pipe.Connecting, time.Now())
	go func() {
		defer close(l.ended)
		a.follow(ctx, l, a.settings)
	}()
}

// follow runs the feed. What it says is posted only while l is not stopped: the loop
// waits for the feed's end, so a feed that waited for the loop would never end.
func (a *Agent) follow(ctx context.Context, l *link, s pipe.Settings) {
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
	f := &feed.Feed{
		Server: s.Server, Mart: s.Mart, Log: a.Log,
		LastID: func() order.ID { return a.inbox.LastID(s.Mart) },
		State:  func(st feed.State) { post(func() { a.linked(st) }) },
		Event: func(e order.Event) {
			a.keep(e)
			post(a.refresh)
		},
	}
	if err := f.Run(ctx); err != nil {
		a.Log.Error("the feed ended", "err", err)
		post(func() { a.linked(feed.State{Name: pipe.Refused, Detail: err.Error()}) })
	}
}

func (a *Agent) linked(s feed.State) {
	a.Log.Info("connection", "state", s.Name, "detail", s.Detail)
	a.detail = s.Detail
	a.bell.Linked(s.Name, time.Now())
}
