package sse

import (
	"context"
	"errors"
	"time"

	"jumun/shared/wire"
)

var (
	errStuck = errors.New("stuck") // the device did not take what was written
	errOver  = errors.New("over")  // the stream's time is over
)

// ending is when a stream that begins now has to end, and whether it is its token that ends.
func (h *Handler) ending(ctx context.Context) (at time.Time, expires bool) {
	at = time.Now().Add(between(h.opts.Lifetime, 2*h.opts.Lifetime))
	if end := h.opts.Expires(ctx); !end.IsZero() && end.Before(at) {
		return end, true
	}
	return at, false
}

// revoked says whether d was closed because it may not hear its mart any more.
func revoked(d Device) bool {
	select {
	case <-d.Closed():
		return d.Reason() == wire.ByeRevoked
	default:
		return false
	}
}

// bye ends a stream. A device that keeps up gets what is still waiting for it first; a
// slow one has missed something anyway, and may at least hear why it is cut off. A
// revoked one gets nothing more, see pass.
func (s *session) bye(reason string) string {
	s.out.hurry(ByeTimeout)
	if reason != wire.ByeSlow {
		switch err := s.passWaiting(); {
		case errors.Is(err, ErrRevoked): // just now
			reason = wire.ByeRevoked
		case err != nil:
			return reason
		}
	}
	s.sendOff(reason)
	return reason
}

func (s *session) passWaiting() error {
	for {
		select {
		case frame := <-s.device.Frames():
			if err := s.pass(frame); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// abort ends a stream that cannot go on. What waits in the queue is not sent: it may not
// follow what the device has, and the log will have it when the device is back.
func (s *session) abort(ctx context.Context, err error) string {
	reason := wire.ByeDrain
	switch {
	case errors.Is(err, errStuck):
		return Stuck
	case ctx.Err() != nil:
		return Gone
	case errors.Is(err, ErrRevoked):
		reason = wire.ByeRevoked
	case errors.Is(err, errOver):
		reason = s.endsAs()
	case !errors.Is(err, ErrDraining):
		s.opts.Log.Debug("stream ended: its mart cannot be read or watched", "mart", s.mart, "err", err)
	}
	s.out.hurry(ByeTimeout)
	s.sendOff(reason)
	return reason
}

func (s *session) sendOff(reason string) {
	_ = s.out.write(s.byeFrame(reason)) // it ends here either way
}

// byeFrame says bye, each time with another time to wait: all devices at once would be too
// many.
func (h *Handler) byeFrame(reason string) []byte {
	retry := between(h.opts.Retry/2, h.opts.Retry*3/2)
	if reason == wire.ByeRevoked {
		retry = revokedRetry
	}
	return byeFrame(reason, retry)
}
