package sse

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"jumun/server/internal/sse/netpoll"
	"jumun/shared/wire"
)

// patience bounds the wait for what must happen. A test that passes does not wait so long.
const patience = 20 * time.Second

// A harness is a server that parks its streams.
type harness struct {
	*counted
	memory *memory
	h      *Handler
	server *httptest.Server
	end    func() // ends the poller
}

// pollerOptions returns the options of a poller with long timeouts.
func pollerOptions() netpoll.Options {
	return netpoll.Options{Heartbeat: 64 * time.Millisecond, Beat: Heartbeat, WriteTimeout: time.Hour, Queue: 1 << 20, FinishTimeout: patience, Below: 1 << 20}
}

// moor begins to serve, with what a test wants to be different.
func startServer(t *testing.T, m *memory, change func(*counted, *netpoll.Options)) *harness {
	t.Helper()
	c, opts := options(m), pollerOptions()
	change(c, &opts)
	poller, err := netpoll.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	c.Poller = poller
	q := &harness{counted: c, memory: m, h: New(c.Options)}
	q.run(t)
	mux := http.NewServeMux()
	mux.Handle(wire.EventsPattern, q.h)
	q.server = httptest.NewUnstartedServer(mux)
	config := net.ListenConfig{Control: holdLittle}
	_ = q.server.Listener.Close()
	if q.server.Listener, err = config.Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	q.server.Start()
	t.Cleanup(q.server.Close)
	return q
}

// run runs the poller until end is called, or until the test ends.
func (q *harness) run(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- q.Poller.Run(ctx); close(ended) }()
	q.end = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(q.end)
}

func asTheyAre(*counted, *netpoll.Options) {}

// holdLittle gives a socket, and the connections accepted from it, small buffers.
func holdLittle(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		for _, option := range []int{unix.SO_SNDBUF, unix.SO_RCVBUF} {
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, option, 16<<10) // then the test takes longer
		}
	})
}

// dial requests the stream after an ID.
func (q *harness) dial(t *testing.T, proto, lastID string) net.Conn {
	t.Helper()
	dialer := net.Dialer{Control: holdLittle}
	c, err := dialer.Dial("tcp", q.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(c, "GET %s %s\r\nHost: jumun\r\nLast-Event-ID: %s\r\n\r\n", wire.EventsPath("42"), proto, lastID)
	return c
}

// open requests the stream after an ID, and reads its first event, which it returns in text.
func (q *harness) open(t *testing.T, lastID string) (c net.Conn, res *http.Response, text string) {
	t.Helper()
	c = q.dial(t, "HTTP/1.1", lastID)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1)
	for !strings.HasSuffix(text, "\n\n") {
		if _, err := io.ReadFull(res.Body, first); err != nil {
			t.Fatalf("after %q: %v", text, err)
		}
		text += string(first)
	}
	return c, res, text
}

// isParked waits until n streams are parked.
func (q *harness) isParked(t *testing.T, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d parked streams", n), func() bool { return q.Poller.Len() == n && q.memory.handed() == n })
}

func eventually(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for late := time.Now().Add(patience); !isSo(); <-tick.C {
		if time.Now().After(late) {
			t.Fatalf("it did not come: %s", what)
		}
	}
}

// handed returns how many subscribers have been handed over.
func (m *memory) handed() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for d := range m.subscribers {
		if d.to != nil {
			n++
		}
	}
	return n
}

// isOver waits until the only stream has ended, and checks how.
func (q *harness) isOver(t *testing.T, why string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := q.h.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !slices.Equal(q.ended, []string{why}) || q.left != 1 || q.there != 0 || q.memory.joined() != 0 || q.Poller.Len() != 0 {
		t.Errorf("ended as %v, left %d times, %d joined, %d parked", q.ended, q.left, q.memory.joined(), q.Poller.Len())
	}
}

// rest reads a stream to its end.
func rest(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Errorf("after %d bytes it did not end well: %v", len(text), err)
	}
	return string(text)
}
