//go:build linux

package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A served is a whole server that devices reach by one way, alone on its Redis.
type served struct {
	*program
	way     way
	address string
	trust   *x509.CertPool
	redis   *redistest.Redis
	log     *eventlog.Log // records as another server would
	asks    *http.Client  // as an operator
}

var heardAt = regexp.MustCompile(`listening on (https?)://([^"\s]+)`)

// serve runs a server. At the test's end, when its devices have left, it must have nobody
// any more, and end as it should.
func (w way) serve(t *testing.T, flags ...string) *served {
	t.Helper()
	s := &served{way: w, redis: redistest.Start(t)}
	args := append([]string{"serve", "--listen", "127.0.0.1:0", "--keys", ownCopy(t, theKeys), "--redis", s.redis.URL()}, flags...)
	if w.tls {
		var cert, key string
		cert, key, s.trust = selfSigned(t)
		args = append(args, "--tls-cert", cert, "--tls-key", key)
	}
	var err error
	if s.log, err = eventlog.Open(s.redis.URL(), eventlog.Options{}, quiet()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.log.Close() })
	s.program = start(t, args...)
	s.await(t)
	t.Cleanup(func() { s.ends(t) })
	return s
}

// await returns once the server is ready.
func (s *served) await(t *testing.T) {
	t.Helper()
	eventually(t, "listening", func() bool {
		if m := heardAt.FindStringSubmatch(s.err.String()); m != nil {
			s.url, s.address = m[1]+"://"+m[2], m[2]
		}
		return s.url != ""
	})
	s.asks = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.trust}}}
	eventually(t, "ready", func() bool { return s.isReady(t) })
}

func (s *served) isReady(t *testing.T) bool {
	t.Helper()
	res, err := s.asks.Get(s.url + wire.ReadyPath)
	if err != nil {
		t.Fatal(err)
	}
	_ = read(t, res) // so that the connection is used again
	return res.StatusCode == http.StatusOK
}

func (s *served) ends(t *testing.T) {
	if len(s.code) == 0 { // it was not asked to stop
		s.hasNobody(t)
	}
	s.asks.CloseIdleConnections()
	if code := s.stop(t); code != exitDone {
		t.Errorf("exit code %d:\n%s", code, s.err.String())
	}
}

// hasNobody waits until the server holds no stream, and no connection.
func (s *served) hasNobody(t *testing.T) {
	t.Helper()
	eventually(t, "no stream is open", func() bool { return s.count(t, "jumun_streams_open") == 0 })
	eventually(t, "no connection is held", func() bool { return s.connections(t) == 0 })
}

// count reads a metric; 0 if it is not there.
func (s *served) count(t *testing.T, name string) (n float64) {
	t.Helper()
	res, err := s.asks.Get(s.url + wire.MetricsPath)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(read(t, res)) {
		if rest, found := strings.CutPrefix(line, name+" "); found {
			_, _ = fmt.Sscan(rest, &n)
		}
	}
	return n
}

// connections is how many devices' connections the server has a descriptor of. A line of
// /proc/net/tcp begins with a number, the own address, the peer's, and the state; its tenth
// field is the inode, 0 once nobody has a descriptor (proc_net_tcp.txt of Linux).
func (s *served) connections(t *testing.T) (n int) {
	t.Helper()
	s.asks.CloseIdleConnections()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(s.address)
	number, _ := strconv.Atoi(port)
	own := fmt.Sprintf(":%04X", number)
	const listens = "0A"
	for line := range strings.Lines(string(table)) {
		if f := strings.Fields(line); strings.HasSuffix(f[1], own) && f[3] != listens && f[9] != "0" {
			n++
		}
	}
	return n
}

// token42 is that of a new device of mart 42.
func token42(t *testing.T) string { return signed(t, claims(wire.RoleDevice, "42")) }

// try asks for the stream of mart 42, or what the request says, and returns what comes.
func (s *served) try(t *testing.T, q request) *ear {
	t.Helper()
	if q.path == "" {
		q.path = wire.EventsPath("42")
	}
	res, l, err := s.way.ask(s.address, s.trust, q)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.tcp.Close() })
	return listenTo(res, l)
}

// opens does so, and takes the connect event of the stream that comes.
func (s *served) opens(t *testing.T, q request) (*ear, event) {
	t.Helper()
	if q.pass == "" {
		q.pass = token42(t)
	}
	e := s.try(t, q)
	if e.res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", e.res.Status, read(t, e.res))
	}
	first := e.next()
	if first["event"] != wire.ConnectEvent || first["data"] != wire.Connected || first["retry"] == "" {
		t.Fatalf("the first event is %v", first)
	}
	return e, first
}

// open does so as a new device that has read up to an ID.
func (s *served) open(t *testing.T, after string) *ear {
	t.Helper()
	e, _ := s.opens(t, request{after: after})
	return e
}

// record has orders of mart 42 recorded by another server.
func (s *served) record(t *testing.T, numbers ...order.OrderID) {
	t.Helper()
	for _, n := range numbers {
		s.place(t, order.Placement{Mart: "42", Order: n})
	}
}

// place may be called by any goroutine.
func (s *served) place(t *testing.T, p order.Placement) {
	t.Helper()
	if _, _, err := s.log.Record(t.Context(), p); err != nil {
		t.Error(err)
	}
}

// orders is the numbers of the next n events, as long as they are orders of mart 42, and
// what came in place of the one that is not; nil: the end.
func (e *ear) orders(n int) (got []order.OrderID, other event) {
	for range n {
		next := e.next()
		o, err := wire.ParseOrder(next["id"], next["data"])
		if err != nil || next["event"] != wire.OrderEvent || o.Mart != "42" {
			return got, next
		}
		got = append(got, o.Order)
	}
	return got, nil
}

// wants takes the next orders, which must be those.
func (e *ear) wants(t *testing.T, want ...order.OrderID) {
	t.Helper()
	got, other := e.orders(len(want))
	if !slices.Equal(got, want) {
		t.Errorf("%d orders came, %.200v, and then %v; want %d, %.200v", len(got), got, other, len(want), want)
	}
}

// wantsBye takes the next event, which must be a bye, and the end, and returns the bye.
func (e *ear) wantsBye(t *testing.T, reason string) (b wire.Bye) {
	t.Helper()
	got := e.next()
	if err := json.Unmarshal([]byte(got["data"]), &b); err != nil || got["event"] != wire.ByeEvent || b.Reason != reason {
		t.Errorf("got %v, want the bye of %s", got, reason)
	}
	if after := e.next(); after != nil || !e.clean() {
		t.Errorf("after bye came %v, %v", after, e.lines.Err())
	}
	return b
}

// inTime reports whether something that took so long did not take longer than it may: on a
// busy machine, somewhat longer.
func inTime(took, most time.Duration) bool { return took <= most+5*time.Second }
