package follow

import (
	"context"
	"slices"
	"time"

	"jumun/server/internal/wait"
)

// subscribeInterval is how long a mart may wait for others to be subscribed with it, when devices
// come one after another: nobody notices that a stream begins two milliseconds later, and
// without it a storm of them is thousands of round trips a second.
const subscribeInterval = 2 * time.Millisecond

// keepSubscribing sends changes to Redis until the connection fails.
func (s *session) keepSubscribing(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.changed:
		}
		if err := s.sendChanges(ctx); err != nil {
			return err
		}
		wait.For(ctx, subscribeInterval)
	}
}

// sendChanges subscribes and unsubscribes what has changed. Redis answers in order: at the
// answer to the ping all these channels are subscribed.
func (s *session) sendChanges(ctx context.Context) error {
	subscribe, unsubscribe := s.changes()
	if len(unsubscribe) > 0 {
		if err := s.unsubscribe(ctx, unsubscribe...); err != nil {
			return err
		}
	}
	if len(subscribe) > 0 {
		if err := s.subscribe(ctx, subscribe...); err != nil {
			return err
		}
	}
	return s.conn.Ping(ctx)
}

func (s *session) subscribe(ctx context.Context, channels ...string) error {
	if !s.sharded {
		return inChunks(channels, func(chunk ...string) error { return s.conn.Subscribe(ctx, chunk...) })
	}
	for _, c := range channels { // one command may not name channels of two slots
		if err := s.conn.SSubscribe(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// maxChannels go in one command: Redis does nothing else while it executes one.
const maxChannels = 1000

func inChunks(channels []string, send func(chunk ...string) error) error {
	for chunk := range slices.Chunk(channels, maxChannels) {
		if err := send(chunk...); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) unsubscribe(ctx context.Context, channels ...string) error {
	if !s.sharded {
		return inChunks(channels, func(chunk ...string) error { return s.conn.Unsubscribe(ctx, chunk...) })
	}
	for _, c := range channels {
		if err := s.conn.SUnsubscribe(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// publishProbes publishes on our own channel every probeInterval once the session has caught
// up. The answer to a ping would only show that a node is there, not that it is the node that
// others publish to. Errors are ignored: the probe that does not arrive is noticed.
func (s *session) publishProbes(ctx context.Context) {
	select {
	case <-s.first:
	case <-ctx.Done():
	}
	for ; ctx.Err() == nil; wait.For(ctx, probeInterval) {
		s.publishProbe(ctx)
	}
}

// publishProbe returns when ctx ends, even if Redis hangs: a server that was asked to stop would wait for that last of all.
func (s *session) publishProbe(ctx context.Context) {
	_ = wait.Call(ctx, func() error {
		asking, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		return s.conn.publish(asking)
	})
}
