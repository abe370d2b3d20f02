package orderlog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// retryEvery keeps a pod off a Redis that is coming up, and readiness honest.
	retryEvery = 500 * time.Millisecond
	pingEvery  = time.Second
	// deafAfter ends a session that heard nothing, not even an answer to a ping: three
	// pings may be late before a pod is taken for deaf.
	deafAfter = 4 * time.Second
)

// run hears until ctx ends; it connects again whenever the connection fails. hear is
// called in the order of Redis, on one goroutine, and must return soon: Redis cuts off
// listeners that leave more than 32 MB unread.
func (l *listener) run(ctx context.Context, hear func(channel, payload string)) {
	for ctx.Err() == nil {
		l.forgetSession(l.session(ctx, hear))
		wait(ctx, retryEvery)
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// session hears over one connection and returns why it ended.
//
// go-redis would reconnect and subscribe again behind our back; but a new connection
// is what tells us that something was missed. So an error ends the session, always.
func (l *listener) session(ctx context.Context, hear func(channel, payload string)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	conn := l.client.Subscribe(ctx)
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // a blocked read ends with its connection
	defer conn.Close()
	// Redis answers in order: the answer to this ping also says that all channels
	// wanted so far are heard.
	if err := l.tell(ctx, conn, true); err != nil {
		return err
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { cancel(l.talk(ctx, conn)) })
	cancel(l.listen(ctx, conn, hear))
	return context.Cause(ctx)
}

// listen takes what Redis says until the connection fails.
func (l *listener) listen(ctx context.Context, conn *redis.PubSub, hear func(channel, payload string)) error {
	for {
		// A timeout may fall into the middle of a message; there is no going on after it.
		said, err := conn.ReceiveTimeout(ctx, deafAfter)
		if err != nil {
			return err
		}
		switch said := said.(type) {
		case *redis.Pong:
			l.answered()
		case *redis.Subscription:
			if said.Kind == "subscribe" {
				l.confirm(said.Channel)
			}
		case *redis.Message:
			hear(said.Channel, said.Payload)
		}
	}
}

// talk tells Redis about changes, and pings, until the connection fails.
func (l *listener) talk(ctx context.Context, conn *redis.PubSub) error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		ping := false
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-l.changed:
		case <-tick.C:
			ping = true
		}
		if err := l.tell(ctx, conn, ping); err != nil {
			return err
		}
	}
}

func (l *listener) tell(ctx context.Context, conn *redis.PubSub, ping bool) error {
	subscribe, unsubscribe := l.changes()
	if len(unsubscribe) > 0 {
		if err := conn.Unsubscribe(ctx, unsubscribe...); err != nil {
			return fmt.Errorf("unsubscribe: %w", err)
		}
	}
	if len(subscribe) > 0 {
		if err := conn.Subscribe(ctx, subscribe...); err != nil {
			return fmt.Errorf("subscribe: %w", err)
		}
	}
	if !ping {
		return nil
	}
	return conn.Ping(ctx)
}
