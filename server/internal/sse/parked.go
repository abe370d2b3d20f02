package sse

import (
	"net"
	"time"

	"jumun/server/internal/sse/netpoll"
	"jumun/shared/wire"
)

// parked is returned in place of a reason when the stream goes on without its goroutine.
const parked = "parked"

// park leaves the stream to the poller, until the deadline at most.
func (s *stream) park(conn net.Conn, deadline time.Time) error {
	if err := s.opts.Poller.Add(&s.Conn, conn, s, deadline); err != nil {
		return err
	}
	s.sub.Hand(s)
	return nil
}

// Take writes a frame, or queues it.
func (s *stream) Take(frame wire.Frame) bool {
	if !s.isNew(frame) {
		return true
	}
	if !s.Send(frame.Text) {
		return false
	}
	s.opts.Delivered()
	return true
}

// OnEnd says bye. A device that keeps up gets what waits for it first.
func (s *stream) OnEnd(why string) {
	s.Finish(why != wire.ByeSlow && why != wire.ByeRevoked, s.byeFrame(why))
}

// OnDeadline ends the stream.
func (s *stream) OnDeadline() { s.sub.Close(s.deadlineReason()) }

// OnClose is called when the connection was closed.
func (s *stream) OnClose(why netpoll.Reason) {
	switch why {
	case netpoll.Disconnected:
		s.ended(Disconnected)
	case netpoll.TimedOut:
		s.ended(Stuck)
	case netpoll.Finished:
		s.ended(s.sub.Closed())
	}
}
