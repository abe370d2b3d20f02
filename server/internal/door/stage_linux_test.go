package door

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience is for what has to happen at all; nothing that passes waits for it.
const patience = 20 * time.Second

// logged is a log that can be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // holds one for each complaint, as far as there is room
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// A house is a Door that runs.
type house struct {
	*Door
	log   *logged
	ended chan error // of Run
}

func options(streams http.Handler, log *logged) Options {
	return Options{
		Streams: streams, Prefix: "/v1/marts/", Suffix: "/events",
		Full: func(w http.ResponseWriter) { http.Error(w, "full", http.StatusServiceUnavailable) },
		Log:  slog.New(slog.NewTextHandler(log, nil)),
	}
}

// opened is a Door that nobody runs, with small buffers if asked for.
func opened(t *testing.T, streams http.Handler, small bool) *house {
	t.Helper()
	var config net.ListenConfig
	if small {
		config.Control = holdLittle
	}
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := &logged{more: make(chan struct{}, 99)}
	d, err := Open(l, options(streams, log))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return &house{Door: d, log: log, ended: make(chan error, 1)}
}

// running is a Door that runs until the test is over, or until it is closed. Its streams
// have a ServeMux before them.
func running(t *testing.T, streams http.HandlerFunc) *house {
	return started(t, streams, false)
}

func started(t *testing.T, streams http.HandlerFunc, small bool) *house {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/v1/marts/{mart}/events", streams)
	h := opened(t, mux, small)
	h.run(t)
	return h
}

func (h *house) run(t *testing.T) {
	go func() { h.ended <- h.Run(context.Background()); close(h.ended) }()
	t.Cleanup(func() {
		_ = h.Close()
		if err := <-h.ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
}

// withHTTP has net/http serve what is for it.
func (h *house) withHTTP(t *testing.T) {
	t.Helper()
	server := &http.Server{MaxHeaderBytes: maxHead, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "net/http %s %s", r.Method, r.RequestURI)
	}), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(h.Door) }()
	t.Cleanup(func() { _ = server.Close(); <-served })
}

// holdLittle has a socket, and the connections accepted from it, buffer little.
func holdLittle(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		for _, option := range []int{unix.SO_SNDBUF, unix.SO_RCVBUF} {
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, option, 16<<10) // then the test takes longer
		}
	})
}

func (h *house) dial(t *testing.T) *net.TCPConn {
	t.Helper()
	dialer := net.Dialer{Control: holdLittle}
	c, err := dialer.Dial("tcp", h.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c.(*net.TCPConn)
}

// say sends a text on a connection of its own.
func (h *house) say(t *testing.T, text string) *net.TCPConn {
	t.Helper()
	c := h.dial(t)
	tell(t, c, text)
	return c
}

func tell(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// answered reads one answer.
func answered(t *testing.T, r *bufio.Reader) (*http.Response, string) {
	t.Helper()
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// rest is what comes until the connection ends well.
func rest(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Errorf("after %d bytes it did not end well: %v", len(text), err)
	}
	return string(text)
}

// asked is a request for the stream of a mart.
func asked(mart string) string {
	return "GET /v1/marts/" + mart + "/events HTTP/1.1\r\nHost: jumun\r\n\r\n"
}

func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !isSo(); runtime.Gosched() {
		if time.Now().After(late) {
			t.Fatalf("it never comes: %s", what)
		}
	}
}
