package agent

import (
	"context"
	"sync"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A connection is a client and an ackQueue for one server and mart.
type connection struct {
	cancel     context.CancelFunc
	done       chan struct{}    // closed when both have ended
	translator *i18n.Translator // of the time when the connection began
	wakeAcks   chan struct{}    // holds a token while the ackQueue has a reason to look

	// Only the loop uses these. They are nil while there is no client.
	mart      order.MartID
	check     func(context.Context) error // makes one round trip to the server
	flush     func(context.Context) error // sends the acks that are unsent; not while the ackQueue runs
	reconnect func()                      // makes the client connect again
	presence  *presenceReporter
	report    func(context.Context, wire.Presence) error // tells the server what this PC can do
	answers   *officeAnswerer
}

// stop ends the client and the ackQueue, and waits for them.
func (c *connection) stop() {
	c.cancel()
	<-c.done
}

// sendAcks makes the ackQueue send what is unsent now: there is a new ack, or the server is back.
// It never waits, and is safe for concurrent use.
func (c *connection) sendAcks() {
	select {
	case c.wakeAcks <- struct{}{}:
	default: // there is a token already
	}
}

// reconnect replaces the connection by one with the settings of now.
func (a *Agent) reconnect() {
	if a.connection != nil {
		a.connection.stop()
		a.sendLastAcks(a.connection)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &connection{mart: a.settings.Mart, cancel: cancel, done: make(chan struct{}), translator: a.Translator, wakeAcks: make(chan struct{}, 1)}
	a.connection, a.refusedReason, a.connectionDetail, a.hasToken, a.pairingEnds = c, "", "", false, time.Time{}
	a.ordersChanged() // the mart may be another one
	if isNotSet(a.settings) {
		a.decider.SetConnection(ipc.NotSet, time.Now())
		close(c.done)
		return
	}
	a.decider.SetConnection(ipc.Connecting, time.Now())
	s := a.settings
	s.Device = a.device
	go func() {
		defer close(c.done)
		a.runConnection(ctx, c, s)
	}()
}

// isNotSet reports whether there is nothing to connect to: no server, or neither a mart nor a key for which the
// server says the mart.
func isNotSet(s settings.Settings) bool {
	return s.Server == "" || s.Mart == "" && enrolmentKey(s) == ""
}

// runConnection waits for a token, and then runs the client and the ackQueue until ctx ends.
func (a *Agent) runConnection(ctx context.Context, c *connection, s settings.Settings) {
	// While stop waits for this function the loop takes no calls, so post must not wait for the
	// loop then. A call of an old connection must change nothing.
	post := func(f func()) {
		select {
		case a.calls <- func() {
			if a.connection == c {
				f()
			}
		}:
		case <-ctx.Done():
		}
	}
	cl := a.newClient(c, s, post)
	cl.Renewed = func(token string) { a.saveRenewedToken(ctx, s, token, post) }
	cl.Ends = func(at time.Time) { post(func() { a.pairingEndChanged(at) }) }
	report := func(st client.State) { post(func() { a.connectionChanged(st) }) }
	e := a.newEnroller(s, c.translator, post)
	if !a.waitForToken(ctx, cl, s, e, report) {
		return
	}
	cl.State = e.watch(cl.State)
	q := &ackQueue{orders: a.orders, mart: s.Mart, sender: cl, sent: func() { post(noop) },
		tooLate: func(ack orders.Ack) { post(func() { a.reopenedTooLate(ack) }) }, wake: c.wakeAcks, log: a.Log}
	tell := a.withLastEvent(s.Mart, cl.Report)
	p, answers := newPresenceReporter(tell, a.Log), newOfficeAnswerer(cl.AnswerTest, a.Log)
	post(func() {
		a.hasToken, c.check, c.reconnect, c.flush, c.presence, c.report, c.answers = true, cl.Check, cl.Reconnect, q.flush, p, tell, answers
	})
	var wait sync.WaitGroup
	wait.Go(func() { p.run(ctx) })
	wait.Go(func() { answers.run(ctx) })
	defer wait.Wait()
	wait.Go(func() { q.run(ctx) })
	wait.Go(func() { e.replace(ctx) })
	wait.Go(func() { a.runUpdates(ctx, cl, post) })
	if err := cl.Run(ctx); err != nil {
		a.Log.Error("the client ended", "err", err)
		post(func() { a.connectionChanged(client.State{Name: ipc.Refused, Detail: err.Error()}) })
	}
}

// noop is posted after a change of the orders that changes no alarm: every call makes the loop
// update, and the update looks whether the change was stored.
func noop() {}

// newClient returns a client that stores each event before it tells the loop.
func (a *Agent) newClient(c *connection, s settings.Settings, post func(func())) *client.Client {
	return &client.Client{
		Server: s.Server, Mart: s.Mart, Device: s.Device, Version: a.Version, Log: a.Log,
		Explain: func(err error) string { return client.Explain(c.translator, err) },
		LastID:  func() order.ID { return a.orders.LastID(s.Mart) },
		Waiting: func() bool { return len(a.orders.Open()) > 0 },
		State: func(st client.State) {
			if st.Name == ipc.Connected {
				c.sendAcks()
			}
			post(func() { a.connectionChanged(st) })
		},
		Named: func(name string) { post(func() { a.martNamed(s, name) }) },
		Clock: func(ahead time.Duration) { post(func() { a.setClock(ahead) }) },
		Events: func(events []order.Event) {
			a.storeEvents(events)
			post(a.ordersChanged)
		},
		Unreadable: func(id order.ID) {
			a.orders.Unreadable(s.Mart, id)
			a.Log.Error("an order came that this version cannot read; people are told", "mart", s.Mart, "id", id)
			post(a.ordersChanged)
		},
		Position: func(id order.ID) {
			a.orders.Move(s.Mart, id)
			post(noop)
		},
		Test: func(id order.ID, sent time.Time) {
			a.orders.Move(s.Mart, id)
			post(func() { a.startOfficeTest(id, sent) })
		},
		Gap: func() {
			a.orders.Gap(s.Mart)
			a.Log.Warn("orders may be missing: the server's log does not reach back far enough", "mart", s.Mart)
			post(func() {
				a.reportAnew() // a Redis that has lost orders has lost what this PC reported, too
				a.ordersChanged()
			})
		},
	}
}

func (a *Agent) connectionChanged(s client.State) {
	a.Log.Info("the connection changed", "state", s.Name, "reason", s.Reason, "detail", s.Detail)
	a.refusedReason, a.connectionDetail = s.Reason, s.Detail
	since := s.Heard // the patience of people began then
	if since.IsZero() {
		since = time.Now()
	}
	a.decider.SetConnection(s.Name, since)
}
