// Package sse sends the events of a mart to its devices, as a stream of server-sent events or as
// the answer to a poll: first those that a device missed, then each as it comes.
//
// No event is left out and none comes twice, in one stream or across several: the log is read
// until a device has everything, and the hub delivers what is recorded from then on. A stream
// that cannot continue ends with a bye event, or is cut, and the device resumes from the log.
//
// Where the system allows, a stream that has caught up is parked: a netpoll.Poller holds its
// connection, and no goroutine serves it.
package sse

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"jumun/server/internal/hub"
	"jumun/server/internal/sse/netpoll"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// redisTimeout is how long a device waits for one answer of Redis before it is told to
	// reconnect.
	redisTimeout = 3 * time.Second
	// ByeTimeout bounds the last writes: a stuck device must not hold up a server that stops.
	ByeTimeout = time.Second
	// revokedRetry is what a revoked device is told to wait. It need not reconnect at all, and a
	// device that does not know the reason should not come often.
	revokedRetry = time.Minute
	// pushAfter is how soon after an event a heartbeat follows: a relay on the way may hold back the last
	// piece of a stream until the next one comes. netpoll has times of its own for that.
	pushAfter = time.Second
	// pageLimit is how many events a stream reads from the log at once: a thousand devices that
	// reconnect together then hold megabytes, not gigabytes.
	pageLimit = 256
)

// A BusyError says that a device must wait before it may read on.
type BusyError struct{ Wait time.Duration }

func (e *BusyError) Error() string {
	return "the device reads too much: it must wait " + e.Wait.String()
}

// A Subscriber is one stream's, or one poll's, end of the hub; see hub.Subscriber.
type Subscriber interface {
	Ready() <-chan struct{}
	Next() (frame wire.Frame, ok bool)
	Closed() (why string)
	Hand(hub.Receiver)
	Close(why string)
	Leave()
}

// A Permit is what a stream holds while it lasts.
type Permit interface {
	Join(context.Context) (Subscriber, error) // as Options.Join, for the mart of the stream
	Release()                                 // called once, when the stream has ended
}

// Options are what a Handler needs. Every field but Poller must be set, and every func must be
// safe for concurrent use.
type Options struct {
	// Draining reports whether this server stops and takes no new streams.
	Draining func() bool
	// Admit lets a stream begin after the event that was asked for, or answers why not.
	Admit func(w http.ResponseWriter, r *http.Request, asked order.ID) (Permit, bool)
	// Head returns the last ID of a mart's log, if that is known without asking Redis: a device
	// that has the event of that ID, and joins, has missed nothing.
	Head func(order.MartID) (last order.ID, known bool)
	// Page reads at most limit events of a mart's log that follow an ID. Without an ID, it
	// returns the orders that still ring. For an ID that the log does not know, the page has a
	// gap. Page fails with hub.ErrRevoked as soon as the device may not hear the mart any more,
	// so that a device that reads a long log is told within a page. It fails with a *BusyError if the
	// device has read too much.
	Page func(ctx context.Context, mart order.MartID, after order.ID, limit int) (order.Page, error)
	// Join makes a poll a subscriber of a mart: it gets every frame that is published from then
	// on. It fails with hub.ErrDraining if this server stops, and with hub.ErrRevoked.
	Join func(context.Context, order.MartID) (Subscriber, error)
	// Expires returns when the token of a request expires, which ends its stream; zero: never.
	Expires      func(context.Context) time.Time
	Event        string          // name of the event that announces an order
	Heartbeat    time.Duration   // how often a quiet stream carries a comment
	Lifetime     time.Duration   // a stream lives for a random time between this and twice this
	Retry        time.Duration   // what devices wait before they reconnect
	WriteTimeout time.Duration   // how long a device may take for one write
	Poller       *netpoll.Poller // holds parked streams; nil: none can be parked
	Resumed      func(outcome string)
	Delivered    func() // counts an event that was written
	Ended        func(reason string)
	Log          *slog.Logger
}

// The outcomes that Options.Resumed gets. Of the polls only those are counted that lost
// something: Gap and Malformed.
const (
	Fresh     = "new"       // the device gave no ID, and gets the orders that still ring
	Resumed   = "resumed"   // it gave an ID, and gets what followed
	Gap       = "gap"       // it gave an ID that the log does not know
	Malformed = "malformed" // it gave something that is not an ID
)

// The reasons that Options.Ended gets, beside wire.Bye….
const (
	Disconnected = "gone"  // the device closed the connection
	Stuck        = "stuck" // a write took longer than WriteTimeout, or failed
)
