package follow

import (
	"context"
	"slices"
	"time"

	"jumun/server/internal/wait"
)

// gatherMarts is how long a mart may wait for others to be subscribed with it, when devices
// come one after another: nobody notices that a stream begins two milliseconds later, and
// without it a storm of them is thousands of round trips a second.
const gatherMarts = 2 * time.Millisecond

// talk tells Redis about changes until the connection fails.
func (s *session) talk(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.changed:
		}
		if err := s.tell(ctx); err != nil {
			return err
		}
		wait.For(ctx, gatherMarts)
	}
}

// tell tells Redis what has changed. Redis answers in order: the answer to the ping also
// says that all these channels are subscribed.
func (s *session) tell(ctx context.Context) error {
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
		return inPieces(channels, func(piece ...string) error { return s.conn.Subscribe(ctx, piece...) })
	}
	for _, c := range channels { // one command may not name channels of two slots
		if err := s.conn.SSubscribe(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// channelsAtOnce are in one command: while Redis does it, it does nothing else.
const channelsAtOnce = 1000

func inPieces(channels []string, tell func(piece ...string) error) error {
	for piece := range slices.Chunk(channels, channelsAtOnce) {
		if err := tell(piece...); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) unsubscribe(ctx context.Context, channels ...string) error {
	if !s.sharded {
		return inPieces(channels, func(piece ...string) error { return s.conn.Unsubscribe(ctx, piece...) })
	}
	for _, c := range channels {
		if err := s.conn.SUnsubscribe(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// knock publishes on our own channel once we have caught up, again and again: an answer
// to a ping would only say that somebody is there, not that it is who others publish to.
// Whether it went well is for us to hear.
func (s *session) knock(ctx context.Context) {
	select {
	case <-s.first:
	case <-ctx.Done():
	}
	for ; ctx.Err() == nil; wait.For(ctx, probeEvery) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		if s.sharded {
			_ = s.client.SPublish(ctx, s.probe, "").Err()
		} else {
			_ = s.client.Publish(ctx, s.probe, "").Err()
		}
		cancel()
	}
}
