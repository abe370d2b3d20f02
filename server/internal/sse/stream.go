// Package sse sends the events of a mart out to its devices: those they missed, and
// then each as it comes.
package sse

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/httperror"
	"jumun/server/internal/sse/netpoll"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// ErrDraining is what Join answers when this pod stops.
var ErrDraining = errors.New("draining")

// ErrRevoked is what Page and Join answer when whoever asks may not hear the mart any more.
var ErrRevoked = errors.New("revoked")

const (
	// redisTimeout is how long a device waits for one answer of Redis before it is told
	// to come back.
	redisTimeout = 3 * time.Second
	// ByeTimeout bounds the last writes: a stuck device must not hold up a stopping pod.
	ByeTimeout = time.Second
	// revokedRetry is what a revoked device is told to wait: it need not come back at all,
	// and one that does not know the reason shall not come often.
	revokedRetry = time.Minute
	// pageLimit is how many events are read from the log at once for a stream: few enough
	// that a thousand devices coming back together hold megabytes, not gigabytes.
	pageLimit = 256
)

// A Device is one stream's end of the hub.
type Device interface {
	Frames() <-chan wire.Frame // frames to send, in order
	Closed() <-chan struct{}   // closed when the stream has to end
	Reason() string            // why: a wire.Bye…; asked only once Closed is closed
	// Hand has a Receiver get what waits and what comes, in place of Frames and Closed.
	Hand(Receiver)
	Close(why string) // has the hub close it
	Leave()           // called when nothing is wanted any more
}

// A Receiver is what a parked stream gets its frames by, one thing at a time.
type Receiver interface {
	Take(wire.Frame) bool // false: there is no room for it, and the stream has to end
	End(why string)       // once: the stream has to end, because of a wire.Bye…
}

// A Visit is what a stream holds as long as it lasts.
type Visit interface {
	Join(context.Context) (Device, error) // as Options.Join, for the mart of the stream
	Leave()                               // called once, when it is over
}

// Options are what a Handler needs; all of them. The funcs are called from several
// goroutines.
type Options struct {
	// Draining says that this pod stops and takes no new streams.
	Draining func() bool
	// Enter lets a stream begin, or answers why not.
	Enter func(http.ResponseWriter, *http.Request) (Visit, bool)
	// Head is where a mart's log stands, if that is known without asking: a device that has
	// the event of that ID, and joins, has missed nothing.
	Head func(order.MartID) (last order.ID, known bool)
	// Page reads a mart's log: at most limit of the events after an ID. Without an ID it
	// has those that still ring; for what is no ID of that log it has a gap. It is asked
	// whenever something is read, and answers ErrRevoked as soon as that is so: a device
	// that reads a long log is told within a page.
	Page func(ctx context.Context, mart order.MartID, after order.ID, limit int) (order.Page, error)
	// Join makes a device of a mart for a poll; every frame from then on reaches it.
	Join func(context.Context, order.MartID) (Device, error)
	// Expires says when the token of a request ends, which ends its stream; zero: never.
	Expires      func(context.Context) time.Time
	Event        string        // name of the event that announces an order
	Heartbeat    time.Duration // how often a quiet stream carries a comment
	Lifetime     time.Duration // a stream lives for a random time between this and twice this
	Retry        time.Duration // what devices wait before they reconnect
	WriteTimeout time.Duration // how long a device may take for one write
	Lot          *netpoll.Lot  // where quiet streams are kept, if they can be; nil: none can
	Resumed      func(outcome string)
	Delivered    func() // counts an event that was written
	Ended        func(reason string)
	Log          *slog.Logger
}

// The outcomes of Resumed. A poll counts only when something was lost: the last two.
const (
	Fresh     = "new"       // it gave no ID, and gets the orders that still ring
	Resumed   = "resumed"   // it gave an ID, and gets what followed
	Gap       = "gap"       // it gave an ID that the log does not know
	Malformed = "malformed" // what it gave is no ID
)

// The reasons of Ended, beside wire.Bye….
const (
	Gone  = "gone"  // the device went away
	Stuck = "stuck" // a write took longer than WriteTimeout, or failed
)

// A Handler serves wire.EventsPattern, and by Poll wire.OrdersPattern, for every method:
// others than GET get an answer of ours.
type Handler struct {
	opts Options
	open tally // streams
	// Complaints that one device, or one event, could repeat without end.
	strange, unsendable rate.Sometimes
}

// New returns a Handler.
func New(opts Options) *Handler {
	// A few complaints tell what is wrong; more would bury everything else.
	return &Handler{
		opts:       opts,
		strange:    rate.Sometimes{First: 3, Interval: 10 * time.Second},
		unsendable: rate.Sometimes{First: 3, Interval: 10 * time.Second},
	}
}

// ServeHTTP streams the events of one mart to one device, until either goes away, or until
// the stream is parked.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mart, ok := h.admit(w, r)
	if !ok {
		return
	}
	visit, ok := h.opts.Enter(w, r)
	if !ok {
		return
	}
	asked := h.lastID(r, mart)
	first, err := h.first(r.Context(), mart, asked)
	if err != nil {
		visit.Leave()
		h.refuse(w, mart, err)
		return
	}
	h.opts.Resumed(outcome(asked, first))
	h.open.add()
	s := &session{line: &line{Handler: h, visit: visit}, mart: mart}
	s.end, s.expires = h.ending(r.Context())
	s.out, s.conn = h.greet(w, r)
	why := Gone // if it panics
	defer func() {
		if why != parked {
			s.close()
			s.over(why)
		}
	}()
	why = s.run(r.Context(), asked, first)
}

// Wait returns once every stream is over, or when ctx ends, with its error.
func (h *Handler) Wait(ctx context.Context) error { return h.open.wait(ctx) }

// admit returns the mart of a request, or answers why there is nothing for it.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request) (order.MartID, bool) {
	if r.Method != http.MethodGet { // a pattern with GET would take HEAD too
		httperror.Method(w, http.MethodGet)
		return "", false
	}
	mart, err := order.ParseMartID(r.PathValue("mart"))
	if err != nil {
		httperror.MartID(w, err)
		return "", false
	}
	if h.opts.Draining() {
		httperror.Draining(w)
		return "", false
	}
	return mart, true
}

// first is the page that a stream begins with.
func (h *Handler) first(ctx context.Context, mart order.MartID, asked order.ID) (order.Page, error) {
	if h.has(mart, asked) {
		return order.Page{Last: asked}, nil
	}
	return h.page(ctx, mart, asked, pageLimit)
}

// has says whether whoever has the event of an ID has all that this pod knows of.
func (h *Handler) has(mart order.MartID, id order.ID) bool {
	head, known := h.opts.Head(mart)
	return known && id == head
}

func (h *Handler) page(ctx context.Context, mart order.MartID, after order.ID, limit int) (order.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	return h.opts.Page(ctx, mart, after, limit)
}

func (h *Handler) refuse(w http.ResponseWriter, mart order.MartID, err error) {
	switch {
	case errors.Is(err, ErrRevoked):
		httperror.Revoked(w)
	case errors.Is(err, ErrDraining):
		httperror.Draining(w)
	default:
		h.opts.Log.Debug("device refused: its mart cannot be read or watched", "mart", mart, "err", err)
		httperror.NotReady(w)
	}
}

// passOver says that an event cannot be sent: it must not hold up the others.
func (h *Handler) passOver(e order.Event, err error) {
	h.unsendable.Do(func() {
		h.opts.Log.Error("event cannot be sent: it is passed over", "mart", e.Mart, "order", e.Order, "err", err)
	})
}

// between is a random time from least to most: all devices at once would be too many.
func between(least, most time.Duration) time.Duration {
	return least + time.Duration(rand.Float64()*float64(most-least))
}
