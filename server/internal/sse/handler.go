package sse

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/httperror"
	"jumun/server/internal/hub"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Handler serves wire.EventsPattern, and its Poll serves wire.OrdersPattern, for every method:
// others than GET get an answer of ours. It is safe for concurrent use.
type Handler struct {
	opts    Options
	streams counter
	// One device, or one event, could cause these warnings without end.
	malformedID, unsendable rate.Sometimes
}

// New returns a Handler.
func New(opts Options) *Handler {
	// A few warnings tell what is wrong; more would bury everything else.
	return &Handler{
		opts:        opts,
		malformedID: rate.Sometimes{First: 3, Interval: 10 * time.Second},
		unsendable:  rate.Sometimes{First: 3, Interval: 10 * time.Second},
	}
}

// ServeHTTP streams the events of one mart to one device. It returns when the stream has ended or
// is parked.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mart, ok := h.accept(w, r)
	if !ok {
		return
	}
	asked := h.lastID(r, mart)
	permit, ok := h.opts.Admit(w, r, asked)
	if !ok {
		return
	}
	first, err := h.first(r.Context(), mart, asked)
	if err != nil {
		permit.Release()
		h.refuse(w, mart, err)
		return
	}
	h.opts.Resumed(outcome(asked, first))
	h.streams.add()
	s := &session{stream: &stream{Handler: h, permit: permit}, mart: mart, beat: Heartbeat}
	if beatsAsEvents(r) {
		s.beat = heartbeatEvent
	}
	s.deadline, s.expires = h.newDeadline(r.Context())
	s.out, s.conn = h.respond(w, r)
	why := Disconnected // if it panics
	defer func() {
		if why != parked {
			s.closeConn()
			s.ended(why)
		}
	}()
	why = s.run(r.Context(), asked, first)
}

// Wait returns nil once every stream has ended, or the error of ctx when that ends first.
func (h *Handler) Wait(ctx context.Context) error { return h.streams.wait(ctx) }

// accept returns the mart of a request, or answers why it is refused.
func (h *Handler) accept(w http.ResponseWriter, r *http.Request) (order.MartID, bool) {
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

// first returns the page that a stream begins with.
func (h *Handler) first(ctx context.Context, mart order.MartID, asked order.ID) (order.Page, error) {
	if h.isHead(mart, asked) {
		return order.Page{Last: asked}, nil
	}
	return h.page(ctx, mart, asked, pageLimit)
}

// isHead reports whether a device that has the event of this ID has all that this server knows of.
func (h *Handler) isHead(mart order.MartID, id order.ID) bool {
	head, known := h.opts.Head(mart)
	return known && id == head
}

func (h *Handler) page(ctx context.Context, mart order.MartID, after order.ID, limit int) (order.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	return h.opts.Page(ctx, mart, after, limit)
}

func (h *Handler) refuse(w http.ResponseWriter, mart order.MartID, err error) {
	var busy *BusyError
	switch {
	case errors.As(err, &busy):
		httperror.TooMany(w, busy.Wait)
	case errors.Is(err, hub.ErrRevoked):
		httperror.Revoked(w, wire.RoleDevice)
	case errors.Is(err, hub.ErrDraining):
		httperror.Draining(w)
	default:
		h.opts.Log.Debug("device refused: its mart cannot be read or watched", "mart", mart, "err", err)
		httperror.NotReady(w)
	}
}

// skip logs that an event cannot be sent. It must not hold up the others.
func (h *Handler) skip(e order.Event, err error) {
	h.unsendable.Do(func() {
		h.opts.Log.Error("event cannot be sent: it is skipped", "mart", e.Mart, "order", e.Order, "err", err)
	})
}

// between returns a random time from least to most, so that the devices do not all come at once.
func between(least, most time.Duration) time.Duration {
	return least + time.Duration(rand.Float64()*float64(most-least))
}
