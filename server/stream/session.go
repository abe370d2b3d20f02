package stream

import (
	"context"
	"errors"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// errStuck says that the device did not take what was written.
var errStuck = errors.New("stuck")

// A session is one stream.
type session struct {
	*Handler
	mart   order.MartID
	out    *frames
	last   order.ID // up to here the device has everything
	device Device   // nil until it joined
	live   bool     // a frame came that follows last; so do all after it
}

// run sends first, which is what the log has after the ID that was asked for, and all
// that follows, and returns why the stream ended.
//
// The log is read twice, so that nothing is left out and nothing comes twice. The first
// time the device is not in the hub: however long a slow one takes for a long log, no
// queue of its overflows. Once it has joined, every event reaches its queue; those
// from before then are read the second time, and what was read is dropped from the queue.
func (s *session) run(ctx context.Context, asked order.ID, first order.Page) string {
	err := s.begin(ctx, asked, first)
	if err == nil {
		s.device, err = s.join(ctx, s.mart)
	}
	if err != nil {
		return s.abort(ctx, err)
	}
	defer s.device.Leave()
	if err := s.catchUp(ctx); err != nil {
		return s.abort(ctx, err)
	}
	return s.follow(ctx)
}

// write writes a text that holds so many events.
func (s *session) write(text []byte, events int) error {
	if len(text) == 0 {
		return nil
	}
	if s.out.write(text) != nil {
		return errStuck
	}
	for range events {
		s.opts.Delivered()
	}
	return nil
}

// follow sends each event as it comes, until the stream ends, and returns why it did.
func (s *session) follow(ctx context.Context) string {
	lifetime := time.NewTimer(between(s.opts.Lifetime, 2*s.opts.Lifetime))
	defer lifetime.Stop()
	heartbeat := time.NewTicker(s.opts.Heartbeat)
	defer heartbeat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return Gone
		case <-s.device.Closed():
			return s.bye(s.device.Reason())
		case <-lifetime.C:
			return s.bye(wire.ByeLifetime)
		case <-heartbeat.C:
			err = s.write(heartbeatFrame, 0)
		case frame := <-s.device.Frames():
			heartbeat.Reset(s.opts.Heartbeat)
			err = s.pass(frame)
		}
		if err != nil {
			return Stuck
		}
	}
}

// pass sends a frame from the queue, unless the device had its event from the log.
func (s *session) pass(frame wire.Frame) error {
	s.live = s.live || frame.ID.Compare(s.last) > 0
	if !s.live {
		return nil
	}
	return s.write(frame.Text, 1)
}

// bye ends a stream. A device that keeps up gets what is still waiting for it first; a
// slow one has missed something anyway, and may at least hear why it is cut off.
func (s *session) bye(reason string) string {
	s.out.hurry(byeTimeout)
	if reason == wire.ByeSlow || s.passWaiting() == nil {
		s.sendOff(reason)
	}
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
	switch {
	case errors.Is(err, errStuck):
		return Stuck
	case ctx.Err() != nil:
		return Gone
	case !errors.Is(err, ErrDraining):
		s.opts.Log.Debug("stream ended: its mart cannot be read or watched", "mart", s.mart, "err", err)
	}
	s.out.hurry(byeTimeout)
	s.sendOff(wire.ByeDrain)
	return wire.ByeDrain
}

func (s *session) sendOff(reason string) {
	_ = s.out.write(byeFrame(reason, between(s.opts.Retry/2, s.opts.Retry*3/2))) // it ends here either way
}
