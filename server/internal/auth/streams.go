package auth

import (
	"net/http"
	"net/netip"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A watcher is a device, or a lent key, and a mart that it watches. A wall of screens at the head
// office may watch many.
type watcher struct {
	holder string
	mart   order.MartID
}

// A Slot is one of the streams and polls that a device, and an address, may have at once.
type Slot struct {
	Pass Pass // who holds it, for which mart

	gate *Gate
	lent string     // the lent key that vouches for the device; empty: none
	addr netip.Addr // zero: not counted
}

// TakeStream takes a slot for a stream of the mart in the path of a request. If the device or the
// address has as many as it may have at once, it answers so, and ok is false. Addresses that are
// not on the Internet may have any number: such an address is most likely a proxy, and all
// stores are behind it. The caller must be inside Require.
func (g *Gate) TakeStream(w http.ResponseWriter, r *http.Request) (s Slot, ok bool) {
	mart, _ := martIn(r)
	granted := From(r.Context())
	s = Slot{Pass: granted.Pass(mart), gate: g, lent: granted.Lent, addr: g.countedAddress(r)}
	if !s.take(granted.Name) {
		g.opts.Refused(wire.RoleDevice, TooManyStreams)
		httperror.TooMany(w, streamsAgain)
		return Slot{}, false
	}
	return s, true
}

// Release gives the slot back, whether or not a stream has begun. Call it once.
func (s *Slot) Release() {
	s.releaseDevice()
	if s.addr.IsValid() {
		s.gate.addresses.Release(s.addr)
	}
}

func (s *Slot) take(name string) bool {
	if !s.takeDevice() {
		s.gate.tellStreams(s.Pass, name)
		return false
	}
	if s.addr.IsValid() && !s.gate.addresses.Acquire(s.addr) {
		s.releaseDevice()
		s.gate.crowded.Do(func() { s.gate.opts.Log.Warn("more streams from one address than are taken", "address", s.addr) })
		return false
	}
	return true
}

// takeDevice takes a slot of the device, and of the lent key that vouches for it.
func (s *Slot) takeDevice() bool {
	if !s.gate.devices.Acquire(s.watcher()) {
		return false
	}
	if s.lent == "" || s.gate.lent.Acquire(watcher{s.lent, s.Pass.mart}) {
		return true
	}
	s.gate.devices.Release(s.watcher())
	return false
}

func (s *Slot) releaseDevice() {
	s.gate.devices.Release(s.watcher())
	if s.lent != "" {
		s.gate.lent.Release(watcher{s.lent, s.Pass.mart})
	}
}

func (s *Slot) watcher() watcher { return watcher{s.Pass.Holder(), s.Pass.mart} }

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
