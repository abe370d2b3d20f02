package pod

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/server/internal/auth"
)

// A socket is a connection of a peer, which may be closed.
type socket struct {
	net.Conn
	peer string
	over atomic.Bool
}

func (s *socket) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(s.peer), 1))
}

func (s *socket) Close() error { s.over.Store(true); return nil }

func (s *socket) closed() bool { return s.over.Load() }

// newTable returns a connTable of a server behind the proxy 192.0.2.1, which takes most connections
// without a token from an address, and what it counted.
func newTable(most int) (*connTable, map[string]int) {
	counted := map[string]int{}
	client := auth.NewClientIP([]netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}, slog.New(slog.DiscardHandler))
	return newConnTable(divideDescriptors(1<<12), client.OfPeer, most, func(reason string) { counted[reason]++ }, slog.New(slog.DiscardHandler)), counted
}

// verify is a request with a token on a connection.
func (t *connTable) verify(c net.Conn) {
	r, _ := http.NewRequestWithContext(withConn(context.Background(), c), http.MethodGet, "/", nil)
	t.verified(http.HandlerFunc(ok)).ServeHTTP(httptest.NewRecorder(), r)
}

func TestAnAddressHasSoManyConnectionsWithoutAToken(t *testing.T) {
	table, counted := newTable(3)
	open := func(peer string) *socket {
		s := &socket{peer: peer}
		table.note(s, http.StateNew)
		return s
	}
	var first []*socket
	for i := range 3 {
		first = append(first, open(fmt.Sprintf("2001:db8::%d", i))) // one /64
	}
	if !open("2001:db8::9").closed() || counted[fromOneAddress] != 1 {
		t.Errorf("counted %v", counted)
	}
	table.verify(first[0])
	table.note(first[1], http.StateClosed)
	for i := range 3 {
		if closed := open("2001:db8::8").closed(); closed != (i == 2) {
			t.Errorf("after one has shown a token and one has left, number %d: closed %v", i, closed)
		}
	}
	unlimited, _ := newTable(0)
	if s := (&socket{peer: "2001:db8::1"}); func() bool { unlimited.note(s, http.StateNew); return s.closed() }() {
		t.Error("0 is any number")
	}
	for _, peer := range []string{"127.0.0.1", "10.1.2.3", "192.0.2.1"} {
		for range 10 {
			if open(peer).closed() {
				t.Errorf("%s may be a proxy", peer)
			}
		}
	}
}

func TestAConnectionWithoutATokenIsNotIdleForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table, _ := newTable(10)
		stranger, device, busy := &socket{peer: "203.0.113.1"}, &socket{peer: "203.0.113.2"}, &socket{peer: "203.0.113.3"}
		for _, s := range []*socket{stranger, device, busy} {
			table.note(s, http.StateNew)
			table.note(s, http.StateActive)
		}
		table.verify(device)
		for _, s := range []*socket{stranger, device, busy} {
			table.note(s, http.StateIdle)
		}
		table.note(busy, http.StateActive) // with the next request
		time.Sleep(strangerIdle - time.Nanosecond)
		synctest.Wait()
		if stranger.closed() {
			t.Error("closed too early")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if !stranger.closed() || device.closed() || busy.closed() {
			t.Errorf("closed: the stranger %v, the device %v, one with a request %v", stranger.closed(), device.closed(), busy.closed())
		}
	})
}

func TestWhatAStrangerKeepsOpenMakesRoomFirst(t *testing.T) {
	table, counted := newTable(0x7fffffff)
	few := table.streams / 16
	open := func(states ...http.ConnState) *socket {
		s := &socket{peer: "203.0.113.1"}
		for _, state := range append([]http.ConnState{http.StateNew}, states...) {
			table.note(s, state)
		}
		return s
	}
	asked, fresh, device, idle := open(http.StateActive, http.StateIdle), open(), open(http.StateActive), open(http.StateActive)
	table.verify(device)
	table.verify(idle)
	table.note(idle, http.StateIdle)
	for range few {
		open(http.StateActive, http.StateIdle)
	}
	table.makeRoom()
	if !asked.closed() || fresh.closed() || device.closed() || idle.closed() || counted[crowdedOut] != 1 {
		t.Errorf("closed: asked %v, fresh %v, device %v, idle %v; counted %v", asked.closed(), fresh.closed(), device.closed(), idle.closed(), counted)
	}
	if text := fmt.Sprint(table.asked.Len(), table.fresh.Len(), table.idle.Len(), len(table.conns)); !strings.HasPrefix(text, fmt.Sprint(few, 1, 1, few+3)) {
		t.Error(text)
	}
}

func TestSoManyStrangersAndIdleConnectionsAreKeptHoweverManyDescriptorsThereAre(t *testing.T) {
	table, _ := newTable(0)
	table.kept = 10
	var all, devices []*socket
	for range 30 {
		s := &socket{peer: "203.0.113.1"}
		table.note(s, http.StateNew)
		all = append(all, s)
	}
	for range 30 {
		s := &socket{peer: "203.0.113.2"}
		table.note(s, http.StateNew)
		table.note(s, http.StateActive)
		table.verify(s)
		devices = append(devices, s)
	}
	open := func(of []*socket) (n int) {
		for _, s := range of {
			if !s.closed() {
				n++
			}
		}
		return n
	}
	if open(devices) != 30 {
		t.Error("a request of a device was ended")
	}
	for _, s := range devices {
		table.note(s, http.StateIdle)
	}
	if open(all) > 10 || open(devices) != 10 || all[0].closed() == all[29].closed() || devices[29].closed() {
		t.Errorf("%d strangers and %d idle connections are open", open(all), open(devices))
	}
}
