package pod

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/hub"
	"jumun/server/internal/sse"
	"jumun/server/internal/sse/netpoll"
	"jumun/shared/order"
)

// newPoller returns a poller for quiet streams, or nil if this system has none.
func newPoller(o Options, d descriptors) (*netpoll.Poller, error) {
	p, err := netpoll.New(netpoll.Options{
		Below: d.streams, Heartbeat: o.Heartbeat, Beat: sse.Heartbeat, WriteTimeout: o.WriteTimeout, Queue: o.Queue, FinishTimeout: sse.ByeTimeout,
	})
	if errors.Is(err, netpoll.ErrUnsupported) {
		return nil, nil
	}
	return p, err
}

// A streamPermit is what a stream holds as long as it lasts. There are very many, so it is small.
type streamPermit struct {
	pod    *Pod
	slot   auth.Slot
	stream uint64        // its name in presence
	app    *atomic.Int64 // the streams of its version of the app
}

// admitStream lets a stream begin, behind the gate, unless its device has too many.
func (p *Pod) admitStream(w http.ResponseWriter, r *http.Request, asked order.ID) (sse.Permit, bool) {
	slot, ok := p.gate.TakeStream(w, r)
	if !ok {
		return nil, false
	}
	p.askRenewal(w, r)
	app := p.metrics.apps.of(r.UserAgent())
	app.Add(1)
	return &streamPermit{p, slot, p.presence.Connected(device(r.Context(), slot.Pass.Mart()), asked), app}, true
}

// Join makes the stream a subscriber of its mart.
func (s *streamPermit) Join(ctx context.Context) (sse.Subscriber, error) {
	return s.pod.join(ctx, &s.slot.Pass)
}

// Release gives back what the stream held.
func (s *streamPermit) Release() {
	s.pod.presence.Disconnected(s.slot.Pass.Holder(), s.slot.Pass.Mart(), s.stream)
	s.slot.Release()
	s.app.Add(-1)
}

// joinPoll makes a poll a subscriber of a mart.
func (p *Pod) joinPoll(ctx context.Context, mart order.MartID) (sse.Subscriber, error) {
	pass := auth.From(ctx).Pass(mart)
	return p.join(ctx, &pass)
}

func (p *Pod) join(ctx context.Context, pass *auth.Pass) (sse.Subscriber, error) {
	s, err := p.hub.Join(ctx, pass.Mart(), pass)
	if err != nil { // not a nil *Subscriber in an interface
		return nil, err
	}
	return s, nil
}

// expires returns when the token of a request expires.
func expires(ctx context.Context) time.Time { return auth.From(ctx).ExpiresAt() }

// A pageReader reads at most limit events of a mart's log that follow an ID.
type pageReader = func(ctx context.Context, mart order.MartID, after order.ID, limit int) (order.Page, error)

// page wraps read so that it fails with hub.ErrRevoked once the token of the request is void, and with
// an *sse.BusyError if its device has read more than it may.
func (p *Pod) page(read pageReader) pageReader {
	return func(ctx context.Context, mart order.MartID, after order.ID, limit int) (order.Page, error) {
		if wait, ok := p.gate.TakePage(ctx, mart); !ok {
			return order.Page{}, &sse.BusyError{Wait: wait}
		}
		page, err := read(ctx, mart, after, limit)
		page.Events = slices.DeleteFunc(page.Events, p.isStaleTest)
		p.gate.CountEvents(ctx, mart, len(page.Events))
		if !auth.From(ctx).Stands(mart) { // asked after the reading, which takes its time
			return order.Page{}, hub.ErrRevoked
		}
		return page, err
	}
}
