package sse

import (
	"context"
	"net"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A session is one stream while a goroutine sees to it.
type session struct {
	*line
	mart order.MartID
	out  *frames
	conn net.Conn  // the stream's own; nil: net/http has it, and it cannot be parked
	end  time.Time // when the stream ends, whatever it is at
}

// run sends first, which is what the log has after the ID that was asked for, and all
// that follows, and returns why the stream ended, or that it is parked.
//
// The log is read twice, so that nothing is left out and nothing comes twice. The first
// time the device is not in the hub: however long a slow one takes for a long log, no
// queue of its overflows. Once it has joined, every event reaches its queue; those
// from before then are read the second time, and what was read is dropped from the queue.
func (s *session) run(ctx context.Context, asked order.ID, first order.Page) string {
	err := s.begin(ctx, asked, first)
	if err == nil {
		s.device, err = s.join(ctx)
	}
	if err == nil && !s.has(s.mart, s.last) {
		err = s.catchUp(ctx)
	}
	if err != nil {
		return s.abort(ctx, err)
	}
	if s.conn == nil {
		return s.follow(ctx)
	}
	if err := s.park(s.conn, s.end); err != nil {
		return s.abort(ctx, err)
	}
	return parked
}

func (s *session) join(ctx context.Context) (Device, error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	return s.visit.Join(ctx)
}

// close ends a connection of the stream's own; the others net/http ends.
func (s *session) close() {
	if s.conn != nil {
		_ = s.conn.Close() // nothing can be done about one that does not close
	}
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
			return s.bye(s.endsAs())
		case <-heartbeat.C:
			err = s.write(Heartbeat, 0)
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
	if !s.follows(frame) {
		return nil
	}
	return s.write(frame.Text, 1)
}
