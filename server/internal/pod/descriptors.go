package pod

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

// noDescriptors is the reason, in the metric of refused requests, of a stream that got none.
const noDescriptors = "descriptors"

const (
	// maxReserve is how many descriptors streams never get: half of them are for the connections of
	// publishers, probes and confirmations, which last for milliseconds, and half for those to Redis and
	// for files.
	maxReserve = 512
	// roomEvery is how often the listener looks for a free descriptor when only those of Redis are
	// left: nothing tells when one is closed.
	roomEvery = 5 * time.Millisecond
)

// descriptors divide the numbers below the process's limit. The system gives the lowest free number
// to what is opened: as long as a stream never keeps one of the highest, those are left for the rest.
type descriptors struct {
	limit   int // numbers are below this
	streams int // of a stream below this
	accepts int // connections are accepted while one below this is free
}

func divideDescriptors(limit int) descriptors {
	reserve := min(maxReserve, limit/4)
	return descriptors{limit: limit, streams: limit - reserve, accepts: limit - reserve/2}
}

// short reports whether only a quarter of those that streams may have is free. c is any connection, or
// a listener.
func (d descriptors) short(c any) bool { return nextDescriptor(c) >= d.streams-d.streams/4 }

// A descriptorGuard keeps streams off the reserved descriptors.
type descriptorGuard struct {
	descriptors
	refused func(needed wire.Role, reason string) // counts a request
	log     *slog.Logger
	seldom  rate.Sometimes
}

func newDescriptorGuard(refused func(wire.Role, string), log *slog.Logger) *descriptorGuard {
	g := &descriptorGuard{descriptors: newDescriptors(), refused: refused, log: log, seldom: rate.Sometimes{Interval: time.Minute}}
	log.Info("descriptors for connections and files: some are kept for Redis, publishers and probes", "limit", g.limit, "kept", g.limit-g.streams)
	return g
}

// limitStreams answers busy instead of calling next, which keeps its connection for long, if the
// connection has a reserved descriptor, or would have to be parked on one.
func (g *descriptorGuard) limitStreams(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c := connOf(r.Context()); !g.isReserved(c) && nextDescriptor(c) < g.streams {
			next.ServeHTTP(w, r)
			return
		}
		g.refused(wire.RoleDevice, noDescriptors)
		g.seldom.Do(func() {
			g.log.Error("no descriptors are left for streams: they are refused; raise the limit (ulimit -n, LimitNOFILE), or run more servers", "limit", g.limit, "kept", g.limit-g.streams)
		})
		w.Header().Set("Connection", "close")
		httperror.Busy(w)
	})
}

// closeReserved closes a connection with a reserved descriptor after its answer: idle ones would keep
// the next publisher out.
func (g *descriptorGuard) closeReserved(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.isReserved(connOf(r.Context())) {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

func (g *descriptorGuard) isReserved(c net.Conn) bool { return descriptorOf(c) >= g.streams }

// connOf returns the TCP connection of a request, or nil.
func connOf(ctx context.Context) net.Conn {
	c, _ := ctx.Value(limitedConnKey{}).(net.Conn)
	return bare(c)
}

// A reservingListener accepts no connection while the free descriptors are those of Redis.
type reservingListener struct {
	*net.TCPListener
	descriptors
}

// AcceptTCP waits for a descriptor and then for a connection.
func (l *reservingListener) AcceptTCP() (*net.TCPConn, error) {
	for {
		if nextDescriptor(l.TCPListener) < l.accepts {
			return l.TCPListener.AcceptTCP()
		}
		time.Sleep(roomEvery)
	}
}

// Accept does the same.
func (l *reservingListener) Accept() (net.Conn, error) {
	c, err := l.AcceptTCP()
	if err != nil { // not a nil *net.TCPConn in an interface
		return nil, err
	}
	return c, nil
}
