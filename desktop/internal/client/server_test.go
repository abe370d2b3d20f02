package client

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A lane is a network in memory: real HTTP runs over it, in the time of a bubble.
type lane struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *lane) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *lane) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *lane) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *lane) Addr() net.Addr { return &net.UnixAddr{Name: "lane"} }

// A store is a feed at work, and what was seen of it.
type store struct {
	*Client
	mu       sync.Mutex
	states   []State
	events   []order.Event
	calls    []string // what was stored, in its order
	requests []*http.Request
	asked    []time.Time // when the requests came
	stop     func()      // ends Run
	ended    atomic.Bool // Run has returned
}

// open runs a feed against handler until the test ends. It must be called in a bubble.
// change, if not nil, changes the feed before it runs.
func open(t *testing.T, handler http.HandlerFunc, change func(*Client)) *store {
	t.Helper()
	l := &lane{conns: make(chan net.Conn), closed: make(chan struct{})}
	s := &store{}
	var wait sync.WaitGroup
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait.Add(1)
		defer wait.Done()
		s.mu.Lock()
		s.requests, s.asked = append(s.requests, r), append(s.asked, time.Now())
		s.mu.Unlock()
		handler(w, r)
	})}
	network := transport() // ours, with its limits
	network.DialContext = l.dial
	s.Client = &Client{Server: "http://lane", Mart: "42", HTTP: network, Events: s.takes, Unreadable: s.unreadable, Position: s.position, Gap: s.gap, State: s.state}
	if change != nil {
		change(s.Client)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.stop = cancel
	wait.Go(func() { _ = server.Serve(l) })
	wait.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
		s.ended.Store(true)
	})
	t.Cleanup(func() { cancel(); _ = server.Close(); wait.Wait() })
	return s
}

func (s *store) state(n State)        { s.mu.Lock(); s.states = append(s.states, n); s.mu.Unlock() }
func (s *store) position(id order.ID) { s.call("position " + string(id)) }
func (s *store) gap()                 { s.call("gap") }
func (s *store) call(what string)     { s.mu.Lock(); s.calls = append(s.calls, what); s.mu.Unlock() }

func (s *store) unreadable(id order.ID) { s.call("unreadable " + string(id)) }

func (s *store) takes(events []order.Event) {
	for _, e := range events {
		s.event(e)
	}
}

func (s *store) event(e order.Event) {
	s.call(strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Kind, e.Order, e.ID)))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

// keeping makes f resume where it was, as an inbox does.
func keeping(f *Client) {
	var last order.ID // only the feed's goroutine comes here
	events, position, gap := f.Events, f.Position, f.Gap
	f.LastID = func() order.ID { return last }
	f.Events = func(read []order.Event) {
		events(read)
		for _, e := range read {
			last = cmp.Or(e.ID, last)
		}
	}
	f.Position = func(id order.ID) { position(id); last = id }
	f.Gap = func() { gap(); last = "" }
}

func (s *store) wantCalls(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.calls, want) {
		t.Errorf("calls %q, want %q", s.calls, want)
	}
}

// now is the state after d more has passed.
func (s *store) now(d time.Duration) State {
	time.Sleep(d) // of the bubble's clock: it takes no time
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.states[len(s.states)-1]
}

func (s *store) orders() (ids []order.OrderID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		ids = append(ids, e.Order)
	}
	return ids
}

func (s *store) wantOrders(t *testing.T, want ...order.OrderID) {
	t.Helper()
	if got := s.orders(); !slices.Equal(got, want) {
		t.Errorf("orders %q, want %q", got, want)
	}
}

func (s *store) wantConnected(t *testing.T, after time.Duration) {
	t.Helper()
	if now := s.now(after); now.Name != ipc.Connected {
		t.Errorf("state %+v, want connected", now)
	}
}

// gaps are the times between one request and the next.
func (s *store) gaps() (gaps []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 1; i < len(s.asked); i++ {
		gaps = append(gaps, s.asked[i].Sub(s.asked[i-1]))
	}
	return gaps
}

// say starts a stream with these pieces, each sent at once.
func say(w http.ResponseWriter, pieces ...string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, p := range pieces {
		_, _ = io.WriteString(w, p)
		_ = http.NewResponseController(w).Flush()
	}
}

// pause waits for d, and reports whether the other side is still there.
func pause(r *http.Request, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}

// stay keeps the stream open and silent until the other side is gone.
func stay(r *http.Request) { <-r.Context().Done() }

// beat keeps the stream open as a healthy server does.
func beat(w http.ResponseWriter, r *http.Request) {
	for pause(r, wire.Heartbeat) {
		say(w, ":\n\n")
	}
}

const hello = "retry: 1000\nid: 5-0\nevent: connect\ndata: connected\n\n"

func placed(id, mart, number string) string {
	return fmt.Sprintf("event: order\nid: %s\ndata: {\"martId\":%q,\"orderId\":%q,\"message\":\"\",\"at\":\"2024-07-27T20:00:00Z\"}\n\n", id, mart, number)
}
