package sse

import (
	"context"
	"net"
	"time"

	"jumun/server/internal/hub"
	"jumun/server/internal/sse/netpoll"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A stream is what is kept of a stream as long as it lasts. There are very many, and most are
// parked and quiet, so it is small. Once it is parked, it is a hub.Receiver and a
// netpoll.Handler: see parked.go.
type stream struct {
	*Handler
	netpoll.Conn
	sub     Subscriber // nil until it joined
	permit  Permit
	last    order.ID // the device has everything up to here from the log; empty once a newer frame came
	expires bool     // its token expires before its lifetime ends
}

// isNew reports whether a frame from the hub is not among those that the device has from the log.
// Once one is, so are all that follow. A frame without an ID is not in the log at all.
func (s *stream) isNew(frame wire.Frame) bool {
	if frame.ID == "" {
		return true
	}
	if s.last != "" && frame.ID.Compare(s.last) <= 0 {
		return false
	}
	s.last = ""
	return true
}

// deadlineReason returns why the stream ends at its deadline.
func (s *stream) deadlineReason() string {
	if s.expires {
		return wire.ByeExpired
	}
	return wire.ByeLifetime
}

// ended gives back what the stream held.
func (s *stream) ended(why string) {
	if s.sub != nil {
		s.sub.Leave()
	}
	s.opts.Ended(why)
	s.permit.Release()
	s.streams.remove()
}

// A session is one stream while a goroutine serves it.
type session struct {
	*stream
	mart     order.MartID
	out      *writer
	conn     net.Conn  // the hijacked connection; nil: net/http has it, and it cannot be parked
	deadline time.Time // when the stream must end, whatever it is doing
	beat     []byte    // Heartbeat, or heartbeatEvent
}

// run sends first, which the log has after the ID that was asked for, and all that follows. It
// returns why the stream ended, or that it is parked.
//
// The log is read twice, so that nothing is left out and nothing comes twice. The first time the
// stream is not a subscriber yet: however long a slow device takes for a long log, its queue
// cannot overflow. Once the stream has joined, every event reaches its queue. Events from before
// that are read the second time, and those that were read are dropped from the queue.
func (s *session) run(ctx context.Context, asked order.ID, first order.Page) string {
	err := s.begin(ctx, asked, first)
	if err == nil {
		s.sub, err = s.join(ctx)
	}
	if err == nil && !s.isHead(s.mart, s.last) {
		err = s.catchUp(ctx)
	}
	if err != nil {
		return s.abort(ctx, err)
	}
	if s.conn == nil {
		return s.follow(ctx)
	}
	if err := s.park(s.conn, s.deadline); err != nil {
		return s.abort(ctx, err)
	}
	return parked
}

func (s *session) join(ctx context.Context) (Subscriber, error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	return s.permit.Join(ctx)
}

// closeConn closes a hijacked connection. net/http closes the others.
func (s *session) closeConn() {
	if s.conn != nil {
		_ = s.conn.Close() // there is nothing to do about an error
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

// follow sends each event as it comes, until the stream ends. It returns why it ended.
func (s *session) follow(ctx context.Context) string {
	deadline := time.NewTimer(time.Until(s.deadline))
	defer deadline.Stop()
	push := min(pushAfter, s.opts.Heartbeat)
	heartbeat := time.NewTimer(push)
	defer heartbeat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return Disconnected
		case <-deadline.C:
			return s.bye(s.deadlineReason())
		case <-heartbeat.C:
			heartbeat.Reset(s.opts.Heartbeat)
			err = s.write(s.beat, 0)
		case <-s.sub.Ready():
			if why := s.sub.Closed(); why != "" {
				return s.bye(why)
			}
			if frame, ok := s.sub.Next(); ok {
				heartbeat.Reset(push)
				err = s.pass(frame)
			}
		}
		if err != nil {
			return s.abort(ctx, err)
		}
	}
}

// pass sends a frame from the queue, unless the device has its event from the log. It fails if
// the device was revoked: it may not have what is in its queue.
func (s *session) pass(frame wire.Frame) error {
	if isRevoked(s.sub) {
		return hub.ErrRevoked
	}
	if !s.isNew(frame) {
		return nil
	}
	return s.write(frame.Text, 1)
}
