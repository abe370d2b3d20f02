package sse

import (
	"context"
	"errors"
	"time"

	"jumun/server/internal/hub"
	"jumun/shared/wire"
)

var (
	errStuck    = errors.New("stuck")    // the device did not take what was written
	errDeadline = errors.New("deadline") // the stream must end
)

// newDeadline returns when a stream that begins now must end, and whether that is because its token
// expires.
func (h *Handler) newDeadline(ctx context.Context) (at time.Time, expires bool) {
	at = time.Now().Add(between(h.opts.Lifetime, 2*h.opts.Lifetime))
	if end := h.opts.Expires(ctx); !end.IsZero() && end.Before(at) {
		return end, true
	}
	return at, false
}

// isRevoked reports whether s was closed because its device may not hear its mart any more.
func isRevoked(s Subscriber) bool { return s.Closed() == wire.ByeRevoked }

// bye ends a stream, and returns why. A device that keeps up gets first what still waits for it.
// A slow one has missed something anyway, and only hears why it is cut off. A revoked one gets
// nothing more; see pass.
func (s *session) bye(reason string) string {
	s.out.limit(ByeTimeout)
	if reason != wire.ByeSlow {
		switch err := s.passWaiting(); {
		case errors.Is(err, hub.ErrRevoked): // just now
			reason = wire.ByeRevoked
		case err != nil:
			return reason
		}
	}
	s.sendBye(reason)
	return reason
}

func (s *session) passWaiting() error {
	for {
		frame, ok := s.sub.Next()
		if !ok {
			return nil
		}
		if err := s.pass(frame); err != nil {
			return err
		}
	}
}

// abort ends a stream that cannot go on, and returns why. It does not send what waits in the
// queue: that may not follow what the device has, and the device gets it from the log.
func (s *session) abort(ctx context.Context, err error) string {
	reason := wire.ByeDrain
	switch {
	case errors.Is(err, errStuck):
		return Stuck
	case ctx.Err() != nil:
		return Disconnected
	case errors.Is(err, hub.ErrRevoked):
		reason = wire.ByeRevoked
	case errors.Is(err, errDeadline):
		reason = s.deadlineReason()
	case !errors.Is(err, hub.ErrDraining):
		s.opts.Log.Debug("stream ended: its mart cannot be read or watched", "mart", s.mart, "err", err)
	}
	s.out.limit(ByeTimeout)
	s.sendBye(reason)
	return reason
}

func (s *session) sendBye(reason string) {
	_ = s.out.write(s.byeFrame(reason)) // the stream ends either way
}

// byeFrame returns the frame that ends a stream. The time to wait is random, so that the devices
// do not all come back at once.
func (h *Handler) byeFrame(reason string) []byte {
	retry := between(h.opts.Retry/2, h.opts.Retry*3/2)
	if reason == wire.ByeRevoked {
		retry = revokedRetry
	}
	return byeFrame(reason, retry)
}
