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
type connection struct {
	cancel   context.CancelFunc
	done     chan struct{} // closed when both have ended
	wakeAcks chan struct{} // holds a token while the outbox has reason to look

	// Both are nil while there is no feed; of the loop.
	check     func(context.Context) error // makes a round trip to the server
	reconnect func()                      // connects anew
}

// stop ends both and waits for them.
func (l *connection) stop() {
	l.cancel()
	<-l.done
}

// hurry has what is unsent sent now: there is more, or the server is back. It may be
// called from any goroutine and never waits.
func (l *connection) sendAcks() {
	select {
	case l.wakeAcks <- struct{}{}:
	default: // a token is there already
	}
}

// relink connects with the settings that hold now, after the old link has ended.
func (a *Agent) reconnect() {
	if a.connection != nil {
		a.connection.stop()
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &connection{cancel: cancel, done: make(chan struct{}), wakeAcks: make(chan struct{}, 1)}
	a.connection, a.refusedReason, a.connectionDetail, a.hasToken = l, "", "", false
	a.ordersChanged() // the mart may be another
	if a.settings.Server == "" || a.settings.Mart == "" {
		a.decider.SetConnection(ipc.NotSet, time.Now())
		close(l.done)
		return
	}
	a.decider.SetConnection(ipc.Connecting, time.Now())
	s := a.settings
	s.Device = a.device
	go func() {
		defer close(l.done)
		a.runConnection(ctx, l, s)
	}()
}

// follow runs the feed and the outbox, once there is a token for them. What they say is posted only while l is not
// stopped: the loop waits for their end, so one that waited for the loop would never end.
func (a *Agent) runConnection(ctx context.Context, l *connection, s settings.Settings) {
	post := func(f func()) {
		select {
		case a.calls <- func() {
			if a.connection == l {
				f()
			}
		}:
		case <-ctx.Done():
		}
	}
	f := a.newClient(l, s, post)
	f.Renewed = func(token string) { a.saveRenewedToken(ctx, s, token, post) }
	if !a.waitForToken(ctx, f, s, func(st client.State) { post(func() { a.connectionChanged(st) }) }) {
		return
	}
	post(func() { a.hasToken, l.check, l.reconnect = true, f.Check, f.Hurry })
	o := &ackQueue{orders: a.orders, mart: s.Mart, send: f.Acknowledge, sent: func() { post(noop) }, wake: l.wakeAcks, log: a.Log}
	var wait sync.WaitGroup
	defer wait.Wait()
	wait.Go(func() { o.run(ctx) })
	if err := f.Run(ctx); err != nil {
		a.Log.Error("the feed ended", "err", err)
		post(func() { a.connectionChanged(client.State{Name: ipc.Refused, Detail: err.Error()}) })
	}
}

// nothing is posted after a change of the inbox, for the loop to see if it was stored.
func noop() {}

// feed is a feed that stores what it hears, and then tells the loop.
func (a *Agent) newClient(l *connection, s settings.Settings, post func(func())) *client.Feed {
	return &client.Feed{
		Server: s.Server, Mart: s.Mart, Device: s.Device, Log: a.Log,
		LastID: func() order.ID { return a.orders.LastID(s.Mart) },
		State: func(st client.State) {
			if st.Name == ipc.Connected {
				l.sendAcks()
			}
			post(func() { a.connectionChanged(st) })
		},
		Event: func(e order.Event) {
			a.receive(e)
			post(a.ordersChanged)
		},
		Position: func(id order.ID) {
			a.orders.Move(s.Mart, id)
			post(noop)
		},
		Gap: func() {
			a.orders.Gap(s.Mart)
			a.Log.Warn("orders may be missing: the server's log does not reach back far enough", "mart", s.Mart)
			post(a.ordersChanged)
		},
	}
}

func (a *Agent) connectionChanged(s client.State) {
	a.Log.Info("connection", "state", s.Name, "reason", s.Reason, "detail", s.Detail)
	a.refusedReason, a.connectionDetail = s.Reason, s.Detail
	a.decider.SetConnection(s.Name, time.Now())
}
