package auth

import (
	"net/http"
	"net/netip"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
)

const (
	// MaxStreamsPerDevice is how many streams and polls one device may have of one mart at
	// once: one is needed, a few more may be left from before its network failed.
	MaxStreamsPerDevice = 8
	// streamsAgain is when the streams of a device that is gone are noticed, by default:
	// a heartbeat later, and the time that writing it may take.
	streamsAgain = 30 * time.Second
	// maxPublishers are remembered with what they sent last; when there are more, the
	// idlest is forgotten, and may send as much at once as a new one.
	maxPublishers = 10_000
)

// A watcher is a device, and a mart that it watches: a wall of screens at the head
// office may watch many.
type watcher struct {
	subject string
	mart    order.MartID
}

// A Seat is the place that a stream or a poll holds among those of its device and its
// address.
type Seat struct {
	// Pass is who holds it, for which mart.
	Pass *Pass

	gate *Gate
	addr netip.Addr // zero: not counted
}

// TakeStream has a request hold a place for a stream of the mart in its path, or answers
// that its holder, or its address, has as many as it may have at once, and is not ok.
// Addresses that are not on the Internet may have any number: such a one is most likely
// a proxy, and all stores are behind it. It is to be used inside Require.
func (g *Gate) TakeStream(w http.ResponseWriter, r *http.Request) (s Seat, ok bool) {
	mart, _ := martIn(r)
	s = Seat{Pass: From(r.Context()).Pass(mart), gate: g, addr: g.countedAddress(r)}
	if !s.take() {
		g.opts.Refused(TooMany)
		httperror.TooMany(w, streamsAgain)
		return Seat{}, false
	}
	return s, true
}

// Leave gives the place back, whether or not a stream has begun. Call it once.
func (s Seat) Leave() {
	s.gate.devices.Release(s.watcher())
	if s.addr.IsValid() {
		s.gate.addresses.Release(s.addr)
	}
}

func (s Seat) take() bool {
	if !s.gate.devices.Acquire(s.watcher()) {
		return false
	}
	if s.addr.IsValid() && !s.gate.addresses.Acquire(s.addr) {
		s.gate.devices.Release(s.watcher())
		s.gate.crowded.Do(func() { s.gate.opts.Log.Warn("more streams from one address than are taken", "address", s.addr) })
		return false
	}
	return true
}

func (s Seat) watcher() watcher { return watcher{s.Pass.subject, s.Pass.mart} }

// countedAddress is the address of a request, if there is a limit for it.
func (g *Gate) countedAddress(r *http.Request) netip.Addr {
	addr := g.opts.ClientIP.Of(r)
	if g.opts.StreamsPerAddress == 0 || local(addr) {
		return netip.Addr{}
	}
	return addr
}

// LimitStreams hands a request on to next for as long as it holds a place, as TakeStream
// gives it.
func (g *Gate) LimitStreams(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seat, ok := g.TakeStream(w, r); ok {
			defer seat.Leave()
			next.ServeHTTP(w, r)
		}
	})
}

// LimitPublishes hands a request on to next unless its holder has sent more than it may.
// It is to be used inside Require.
func (g *Gate) LimitPublishes(next http.Handler) http.Handler {
	if g.opts.PublishRate == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait, ok := g.publishes.Allow(From(r.Context()).Subject); !ok {
			g.opts.Refused(TooMany)
			httperror.TooMany(w, wait)
			return
		}
		next.ServeHTTP(w, r)
	})
}
