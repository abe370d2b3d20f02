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
	retryEvery = 500 * time.Millisecond
	probeEvery = time.Second
	// deafAfter ends a session in which we did not hear ourselves: three probes may be
	// late before a pod is taken for deaf.
	deafAfter = 4 * time.Second
	// goneAfter sends devices elsewhere: time for a second session to fail as well.
	goneAfter = 10 * time.Second
	// slack is what is left to a message that arrives when the echo is overdue: a busy
	// connection is not a dead one.
	slack = time.Second
)

var errDeaf = errors.New("nothing published is heard")

// run hears until ctx ends; it connects again whenever the connection fails. The ear
// must return soon: Redis cuts off listeners that leave more than 32 MB unread.
func (l *listener) run(ctx context.Context, ear ear) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { l.tellLoss(ctx, ear) })
	for ctx.Err() == nil {
		err := l.session(ctx, ear)
		if ctx.Err() != nil {
			return // we were asked to stop, which says nothing about Redis
		}
		l.forgetSession(err)
		wait.For(ctx, retryEvery)
	}
}

// tellLoss tells the ear when nothing has been heard for so long that whoever waits
// should not wait here.
func (l *listener) tellLoss(ctx context.Context, ear ear) {
	for ; ctx.Err() == nil; wait.For(ctx, probeEvery) {
		if !l.gone() {
			continue
		}
		for _, s := range l.wanted() {
			ear.lose(s)
		}
	}
}

// A session is one connection of a listener.
type session struct {
	*listener
	conn  *redis.PubSub
	ear   ear
	probe string        // our own channel: what we publish there must come back
	first chan struct{} // closed when all that was wanted at first is caught up
}

// session hears over one connection and returns why it ended.
//
// go-redis would reconnect and subscribe again behind our back; but a new connection
// is what tells us that something was missed. So an error ends the session, always.
func (l *listener) session(ctx context.Context, ear ear) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	conn, probe, err := l.connect(ctx)
	if err != nil {
		return err
	}
	s := &session{l, conn, ear, probe, make(chan struct{})}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // a blocked read ends with its connection
	defer conn.Close()
	if err := s.subscribe(ctx, probe); err != nil {
		return err
	}
	poke(l.changed)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { cancel(s.talk(ctx)) })
	wg.Go(func() { s.knock(ctx) })
	cancel(s.listen(ctx))
	return context.Cause(ctx)
}

// listen takes what Redis says until the connection fails, or we do not hear ourselves.
func (s *session) listen(ctx context.Context) error {
	deadline := time.Now().Add(deafAfter)
	for {
		// A timeout may fall into the middle of a message; there is no going on after it.
		said, err := s.conn.ReceiveTimeout(ctx, max(slack, time.Until(deadline)))
		if err != nil {
			return err
		}
		started := time.Now()
		echo, err := s.hear(ctx, said)
		if err != nil {
			return err
		}
		// While we read the log, nobody listened: that was not silence.
		deadline = deadline.Add(time.Since(started))
		if echo {
			deadline = time.Now().Add(deafAfter)
		}
		if time.Until(deadline) < -deafAfter {
			return errDeaf // though others are heard: this is not the node that we publish to
		}
	}
}

// hear takes one thing that Redis said. echo means that we heard ourselves.
func (s *session) hear(ctx context.Context, said any) (echo bool, err error) {
	switch said := said.(type) {
	case *redis.Pong:
		return false, s.catchUp(ctx)
	case *redis.Subscription:
		switch said.Kind {
		case "subscribe", "ssubscribe":
			s.confirm(said.Channel)
		case "unsubscribe", "sunsubscribe":
			if moved := s.left(said.Channel); moved != nil {
				return false, fmt.Errorf("channel %.100q has moved to another node", said.Channel)
			}
		}
	case *redis.Message:
		if said.Channel == s.probe {
			s.echoed()
			return true, nil
		}
		if source := s.source(said.Channel); source != nil {
			return false, s.ear.take(ctx, source, said.Payload)
		}
	}
	return false, nil
}

// catchUp follows the answer to a ping, which was sent behind a batch of subscriptions.
func (s *session) catchUp(ctx context.Context) error {
	err := s.ear.catchUp(ctx, s.fresh(), s.caughtUp)
	select {
	case <-s.first:
	default:
		close(s.first)
	}
	return err
}
