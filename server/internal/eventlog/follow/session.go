package follow

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"jumun/server/internal/wait"

	"github.com/redis/go-redis/v9"
)

const (
	// retryEvery keeps a pod off a Redis that is coming up, and readiness honest.
	retryEvery    = 500 * time.Millisecond
	probeInterval = time.Second
	// silenceTimeout ends a session in which no probe of ours came back: three may be late
	// before the connection counts as dead.
	silenceTimeout = 4 * time.Second
	// outageAfter is when devices are sent to other pods: a second session has failed by then.
	outageAfter = 10 * time.Second
	// slack is how long the connection is still read when a probe is overdue: a busy
	// connection is not a dead one.
	slack = time.Second
)

var errSilent = errors.New("nothing that this pod publishes comes back")

// run receives until ctx ends, and connects again whenever the connection fails. The
// handler must return soon: Redis closes a connection that leaves more than 32 MB unread.
func (l *listener) run(ctx context.Context, h handler) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { l.reportOutages(ctx, h) })
	for ctx.Err() == nil {
		err := l.session(ctx, h)
		if ctx.Err() != nil {
			return // asked to stop: the error is not about Redis
		}
		l.forgetSession(err)
		wait.For(ctx, retryEvery)
	}
}

// reportOutages calls h.onOutage for each source, once an outage: a device that waits for
// events should wait at another pod.
func (l *listener) reportOutages(ctx context.Context, h handler) {
	for ; ctx.Err() == nil; wait.For(ctx, probeInterval) {
		if !l.outageBegan() {
			continue
		}
		for _, s := range l.wanted() {
			h.onOutage(s)
		}
	}
}

// A session is one connection of a listener.
type session struct {
	*listener
	conn    connection
	handler handler
	first   chan struct{} // closed when all that was wanted at first has caught up
}

// session receives over one connection and returns why it ended.
//
// go-redis would reconnect and subscribe again by itself; but a new connection means that
// messages were missed. So every error ends the session.
func (l *listener) session(ctx context.Context, h handler) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	conn, err := l.connect(ctx)
	if err != nil {
		return err
	}
	s := &session{l, conn, h, make(chan struct{})}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // a blocked read ends with its connection
	defer conn.Close()
	if err := s.subscribe(ctx, conn.probe); err != nil {
		return err
	}
	notify(l.changed)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { cancel(s.keepSubscribing(ctx)) })
	wg.Go(func() { s.publishProbes(ctx) })
	cancel(s.listen(ctx))
	return context.Cause(ctx)
}

// listen handles what Redis sends until the connection fails, or no probe comes back.
func (s *session) listen(ctx context.Context) error {
	deadline := time.Now().Add(silenceTimeout)
	for {
		// A timeout may fall into the middle of a message; there is no going on after it.
		received, err := s.conn.ReceiveTimeout(ctx, max(slack, time.Until(deadline)))
		if err != nil {
			return err
		}
		started := time.Now()
		echo, err := s.handle(ctx, received)
		if err != nil {
			return err
		}
		// The time in which the handler read the log was not silence.
		deadline = deadline.Add(time.Since(started))
		if echo {
			deadline = time.Now().Add(silenceTimeout)
		}
		if time.Until(deadline) < -silenceTimeout {
			return errSilent // though messages of others come: this is not the node that we publish to
		}
	}
}

// handle handles one message or answer from Redis. echo reports whether it is our probe.
func (s *session) handle(ctx context.Context, received any) (echo bool, err error) {
	switch m := received.(type) {
	case *redis.Pong:
		return false, s.catchUp(ctx)
	case *redis.Subscription:
		switch m.Kind {
		case "subscribe", "ssubscribe":
			s.confirm(m.Channel)
		case "unsubscribe", "sunsubscribe":
			if moved := s.left(m.Channel); moved != nil {
				return false, fmt.Errorf("channel %.100q has moved to another node", m.Channel)
			}
		}
	case *redis.Message:
		if m.Channel == s.conn.probe {
			s.onEcho()
			return true, nil
		}
		if source := s.source(m.Channel); source != nil {
			return false, s.handler.onMessage(ctx, source, m.Payload)
		}
	}
	return false, nil
}

// catchUp is called at the answer to a ping, which was sent behind a batch of subscriptions.
func (s *session) catchUp(ctx context.Context) error {
	err := s.handler.catchUp(ctx, s.takeConfirmed(), s.caughtUp)
	select {
	case <-s.first:
	default:
		close(s.first)
	}
	return err
}
