package auth

import (
	"net/http"
	"net/netip"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// MaxStreamsPerDevice is how many streams and polls one device may have of one mart at
	// once. It needs one; a few more may be left from before its network failed.
	MaxStreamsPerDevice = 8
	// streamsAgain is how soon the server notices, by default, that a device has disconnected: a
	// heartbeat later, and the time that writing it may take.
	streamsAgain = 30 * time.Second
	// maxPublishers is how many publishers are remembered with what they sent. When there are
	// more, the one that has sent nothing for longest is forgotten, and counts as a new one.
	maxPublishers = 10_000
	// confirmRate is how many orders one device may confirm in a second, and confirmBurst how many at
	// once: a person presses once a second, and a device that was away confirms those of a weekend.
	confirmRate, confirmBurst = 20, 4 * wire.MaxAcks
	// maxConfirming is how many devices are remembered with what they confirmed, as maxPublishers.
	maxConfirming = 100_000
)

// A watcher is a device and a mart that it watches. A wall of screens at the head office may
// watch many.
type watcher struct {
	subject string
	mart    order.MartID
}

// A Slot is one of the streams and polls that a device, and an address, may have at once.
type Slot struct {
	Pass Pass // who holds it, for which mart

	gate *Gate
	addr netip.Addr // zero: not counted
}

// TakeStream takes a slot for a stream of the mart in the path of a request. If the device or the
// address has as many as it may have at once, it answers so, and ok is false. Addresses that are
// not on the Internet may have any number: such an address is most likely a proxy, and all
// stores are behind it. The caller must be inside Require.
func (g *Gate) TakeStream(w http.ResponseWriter, r *http.Request) (s Slot, ok bool) {
	mart, _ := martIn(r)
	granted := From(r.Context())
	s = Slot{Pass: granted.Pass(mart), gate: g, addr: g.countedAddress(r)}
	if !s.take(granted.Name) {
		g.opts.Refused(wire.RoleDevice, TooManyStreams)
		httperror.TooMany(w, streamsAgain)
		return Slot{}, false
	}
	return s, true
}

// Release gives the slot back, whether or not a stream has begun. Call it once.
func (s *Slot) Release() {
	s.gate.devices.Release(s.watcher())
	if s.addr.IsValid() {
		s.gate.addresses.Release(s.addr)
	}
}

func (s *Slot) take(name string) bool {
	if !s.gate.devices.Acquire(s.watcher()) {
		s.gate.tellStreams(s.Pass, name)
		return false
	}
	if s.addr.IsValid() && !s.gate.addresses.Acquire(s.addr) {
		s.gate.devices.Release(s.watcher())
		s.gate.crowded.Do(func() { s.gate.opts.Log.Warn("more streams from one address than are taken", "address", s.addr) })
		return false
	}
	return true
}

func (s *Slot) watcher() watcher { return watcher{s.Pass.subject, s.Pass.mart} }

// countedAddress returns the address of a request, or the zero Addr if it has no limit.
func (g *Gate) countedAddress(r *http.Request) netip.Addr {
	addr := g.opts.ClientIP.Of(r)
	if g.opts.StreamsPerAddress == 0 || local(addr) {
		return netip.Addr{}
	}
	return addr
}

// LimitStreams calls next with each request that gets a slot, as TakeStream gives it.
func (g *Gate) LimitStreams(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slot, ok := g.TakeStream(w, r); ok {
			defer slot.Release()
			next.ServeHTTP(w, r)
		}
	})
}

// TakeConfirmations reports whether the sender of a request may confirm n orders now. Otherwise it
// answers. The caller must be inside Require.
func (g *Gate) TakeConfirmations(w http.ResponseWriter, r *http.Request, n int) bool {
	granted := From(r.Context())
	wait, ok := g.confirmations.AllowN(granted.Subject, n)
	if !ok {
		g.opts.Refused(granted.Role, TooMany)
		httperror.TooMany(w, wait)
	}
	return ok
}

// LimitPublishes calls next unless the holder of the token has sent more than it may. The handler
// must be inside Require.
func (g *Gate) LimitPublishes(next http.Handler) http.Handler {
	if g.opts.PublishRate == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		granted := From(r.Context())
		if wait, ok := g.publishes.Allow(granted.Subject); !ok {
			g.opts.Refused(granted.Role, TooMany)
			g.tellPublisher(refusal{reason: TooMany, holder: granted.Subject}, holder(granted.Token))
			httperror.TooMany(w, wait)
			return
		}
		next.ServeHTTP(w, r)
	})
}
