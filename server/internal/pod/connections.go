package pod

import (
	"container/list"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/auth/ratelimit"
)

const (
	// strangerIdle is how long a connection stays open after an answer, if no token was verified on it
	// yet. A browser that pairs asks again within a second; probes may well open a new one. A proxy's are for
	// everybody: see keepIdle.
	strangerIdle = 5 * time.Second
	// maxKept is how many connections without a token are kept, and how many idle ones, however many
	// descriptors there are: each takes some 30 KB. More devices at once than that could not be served
	// before ReadHeaderTimeout.
	maxKept = 1 << 14
)

// A connTable knows the connections that net/http serves, so that those which keep a descriptor for
// nothing make room when descriptors are short. Connections of parked streams are not in it. It is safe
// for concurrent use.
type connTable struct {
	descriptors
	counted func(peer net.Addr) netip.Addr // zero: the connections of this peer are not counted, it may be a proxy
	perPeer *ratelimit.Quota[netip.Addr]   // connections without a token
	refused func(reason string)            // counts one that is closed
	log     *slog.Logger
	seldom  rate.Sometimes
	kept    int // maxKept, but in tests

	mu    sync.Mutex
	conns map[net.Conn]*tracked
	// What makes room, in this order; of *tracked, the oldest first. First come those that got an answer
	// without a token, and have no request now; then those that have not got one yet; then those on
	// which a token was verified, and that have no request now.
	asked, fresh, idle list.List
}

// A tracked connection is in one of the lists, or in none while it has a request.
type tracked struct {
	net.Conn
	peer     netip.Addr // counted; zero: not
	since    time.Time
	verified bool
	in       *list.List
	element  *list.Element
	timer    *time.Timer // closes an idle stranger
}

// put moves c to the end of a list; nil: to none.
func (c *tracked) put(in *list.List) {
	if c.in != nil {
		c.in.Remove(c.element)
	}
	if c.in = in; in != nil {
		c.element = in.PushBack(c)
	}
}

// newConnTable returns a connTable of a server that takes perPeer connections without a token from one
// address; 0: any number.
func newConnTable(d descriptors, counted func(net.Addr) netip.Addr, perPeer int, refused func(string), log *slog.Logger) *connTable {
	if perPeer == 0 {
		perPeer = math.MaxInt
	}
	return &connTable{
		descriptors: d, counted: counted, perPeer: ratelimit.NewQuota[netip.Addr](perPeer), refused: refused, log: log,
		seldom: rate.Sometimes{Interval: time.Minute}, kept: maxKept, conns: map[net.Conn]*tracked{},
	}
}

// note is the ConnState of an http.Server.
func (t *connTable) note(c net.Conn, state http.ConnState) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch known := t.conns[c]; {
	case state == http.StateNew:
		t.add(c)
	case known == nil: // it is being closed
	case state == http.StateActive:
		t.busy(known)
	case state == http.StateIdle:
		t.rest(known)
	default:
		t.remove(known)
	}
}

// verified returns a handler that notes that a token was verified on the connection, and calls next.
func (t *connTable) verified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _ := r.Context().Value(limitedConnKey{}).(net.Conn)
		t.mu.Lock()
		if known := t.conns[c]; known != nil {
			known.put(nil)
			t.acquaint(known)
		}
		t.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

func (t *connTable) add(c net.Conn) {
	known := &tracked{Conn: c, peer: t.counted(c.RemoteAddr()), since: time.Now()}
	if known.peer.IsValid() && !t.perPeer.Acquire(known.peer) {
		known.peer = netip.Addr{}
		t.end(known, fromOneAddress)
		return
	}
	t.conns[c] = known
	known.put(&t.fresh)
	if t.short(bare(c)) {
		t.makeRoom()
	}
	if t.asked.Len()+t.fresh.Len() > t.kept {
		t.endOldest(&t.asked, &t.fresh)
	}
}

// acquaint notes that a token was verified on a connection.
func (t *connTable) acquaint(c *tracked) {
	if !c.verified && c.peer.IsValid() {
		t.perPeer.Release(c.peer)
	}
	c.verified = true
}

// rest notes that a connection has no request.
func (t *connTable) rest(c *tracked) {
	if c.verified {
		if c.put(&t.idle); t.idle.Len() > t.kept {
			t.endOldest(&t.idle)
		}
		return
	}
	c.put(&t.asked)
	if c.peer.IsValid() {
		c.timer = time.AfterFunc(strangerIdle, func() { _ = bare(c.Conn).Close() })
	}
}

// busy notes that a connection has a request. A fresh one stays fresh until it has an answer.
func (t *connTable) busy(c *tracked) {
	if c.timer != nil {
		c.timer.Stop()
	}
	if c.in == &t.idle {
		c.put(nil)
	}
}

func (t *connTable) remove(c *tracked) {
	t.busy(c)
	t.acquaint(c)
	c.put(nil)
	delete(t.conns, c.Conn)
}
