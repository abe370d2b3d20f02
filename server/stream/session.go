package stream

import (
	"context"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A session is one stream.
type session struct {
	*Handler
	mart   order.MartID
	out    *frames
	last   order.ID  // up to here the device has everything
	end    time.Time // when the stream ends, whatever it is at
	endsAs string    // why it ends at end: a wire.Bye…
	device Device    // nil until it joined
	live   bool      // a frame came that follows last; so do all after it
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
	end := time.NewTimer(time.Until(s.end))
	defer end.Stop()
	heartbeat := time.NewTicker(s.opts.Heartbeat)
	defer heartbeat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return Gone
		case <-s.device.Closed():
			return s.bye(s.device.Reason())
		case <-end.C:
			return s.bye(s.endsAs)
		case <-heartbeat.C:
			err = s.write(heartbeatFrame, 0)
		case frame := <-s.device.Frames():
			heartbeat.Reset(s.opts.Heartbeat)
			err = s.pass(frame)
		}
		if err != nil {
			return s.abort(ctx, err)
		}
	}
}

// pass sends a frame from the queue, unless the device had its event from the log. What
// a revoked device has in its queue is not for it any more.
func (s *session) pass(frame wire.Frame) error {
	if revoked(s.device) {
		return ErrRevoked
	}
	s.live = s.live || frame.ID.Compare(s.last) > 0
	if !s.live {
		return nil
	}
	return s.write(frame.Text, 1)
}
