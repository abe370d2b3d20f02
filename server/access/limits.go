package access

import (
	"net/http"
	"net/netip"
	"time"

	"jumun/server/problem"
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

// LimitStreams hands a request on to next unless its holder, or its address, has as many
// already as it may have at once. Addresses that are not on the Internet may have any
// number: such a one is most likely a proxy, and all stores are behind it. It is to be
// used inside Require.
func (g *Gate) LimitStreams(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		release, ok := g.takeStream(r)
		if !ok {
			g.opts.Refused(TooMany)
			problem.TooMany(w, streamsAgain)
			return
		}
		defer release()
		next.ServeHTTP(w, r)
	})
}

func (g *Gate) takeStream(r *http.Request) (release func(), ok bool) {
	mart, _ := martIn(r)
	ofDevice, ok := g.devices.Take(watcher{From(r.Context()).Subject, mart})
	if !ok {
		return nil, false
	}
	ofAddress, ok := g.takeAddress(r)
	if !ok {
		ofDevice()
		return nil, false
	}
	return func() { ofDevice(); ofAddress() }, true
}

func (g *Gate) takeAddress(r *http.Request) (release func(), ok bool) {
	addr := g.opts.Addresses.Of(r)
	if g.opts.StreamsPerAddress == 0 || uncounted(addr) {
		return func() {}, true
	}
	release, ok = g.addresses.Take(addr)
	if !ok {
		g.crowded.Do(func() { g.opts.Log.Warn("more streams from one address than are taken", "address", addr) })
	}
	return release, ok
}

func uncounted(addr netip.Addr) bool { return !addr.IsValid() || local(addr) }

// LimitPublishes hands a request on to next unless its holder has sent more than it may.
// It is to be used inside Require.
func (g *Gate) LimitPublishes(next http.Handler) http.Handler {
	if g.opts.PublishRate == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait, ok := g.publishes.Allow(From(r.Context()).Subject); !ok {
			g.opts.Refused(TooMany)
			problem.TooMany(w, wait)
			return
		}
		next.ServeHTTP(w, r)
	})
}
