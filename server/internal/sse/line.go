package sse

import (
	"net"
	"time"

	"jumun/server/internal/sse/netpoll"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// parked stands for the reason of a stream that goes on in the lot.
const parked = "parked"

// A line is a stream as long as it lives. There are very many, and most of the time each
// is parked and quiet, so it is small.
//
// Once it is parked the hub calls Take and End, and the lot Due and Over.
type line struct {
	*Handler
	netpoll.Conn
	device  Device // nil until it joined
	visit   Visit
	last    order.ID // up to here the device has everything
	why     string   // it was told to end
	live    bool     // a frame came that follows last; so do all after it
	expires bool     // its token ends before its lifetime does
}

// follows says whether a frame from the hub is new to the device, which has from the log
// what was recorded up to last.
func (l *line) follows(frame wire.Frame) bool {
	l.live = l.live || frame.ID.Compare(l.last) > 0
	return l.live
}

// endsAs is why the stream ends when its time is over.
func (l *line) endsAs() string {
	if l.expires {
		return wire.ByeExpired
	}
	return wire.ByeLifetime
}

// over ends what the stream held.
func (l *line) over(why string) {
	if l.device != nil {
		l.device.Leave()
	}
	l.opts.Ended(why)
	l.visit.Leave()
	l.open.drop()
}

// park leaves the stream to the lot, until end at most.
func (l *line) park(conn net.Conn, end time.Time) error {
	if err := l.opts.Lot.Enter(&l.Conn, conn, l, end); err != nil {
		return err
	}
	l.device.Hand(l)
	return nil
}

// Take writes a frame, or has it wait.
func (l *line) Take(frame wire.Frame) bool {
	if !l.follows(frame) {
		return true
	}
	l.last = "" // nobody asks any more
	if !l.Send(frame.Text) {
		return false
	}
	l.opts.Delivered()
	return true
}

// End says bye. A device that keeps up gets what waits for it first.
func (l *line) End(why string) {
	l.why = why
	l.Finish(why != wire.ByeSlow && why != wire.ByeRevoked, l.byeFrame(why))
}

// Due is called when the stream's time is over.
func (l *line) Due() { l.device.Close(l.endsAs()) }

// Over is called when the connection is closed.
func (l *line) Over(why netpoll.Reason) {
	switch why {
	case netpoll.Gone:
		l.over(Gone)
	case netpoll.Stuck:
		l.over(Stuck)
	case netpoll.Finished:
		l.over(l.why)
	}
}
