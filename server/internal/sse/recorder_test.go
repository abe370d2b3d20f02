package sse

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tmaxmax/go-sse"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// counted is the options of a Handler, and what they counted.
type counted struct {
	Options
	mu             sync.Mutex
	delivered      int
	there, left    int // permits that are held, and that were released
	resumed, ended []string
	logged         bytes.Buffer
}

func (c *counted) add(to *[]string) func(string) {
	return func(what string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		*to = append(*to, what)
	}
}

// admit lets every stream begin, and counts it.
func (c *counted) admit(http.ResponseWriter, *http.Request, order.ID) (Permit, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.there++
	return permit{c}, true
}

type permit struct{ *counted }

func (v permit) Join(ctx context.Context) (Subscriber, error) { return v.Options.Join(ctx, "42") }

func (v permit) Release() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.there--
	v.left++
}

func options(m *memory) *counted {
	c := &counted{}
	c.Options = Options{
		Draining: m.isDraining, Admit: c.admit, Head: m.Head, Page: m.Page, Join: m.Join, Event: "order",
		Expires:   func(context.Context) time.Time { return m.expires },
		Heartbeat: 20 * time.Second, Lifetime: time.Hour, Retry: 3 * time.Second, WriteTimeout: 10 * time.Second,
		Delivered: func() { c.mu.Lock(); defer c.mu.Unlock(); c.delivered++ },
		Resumed:   c.add(&c.resumed), Ended: c.add(&c.ended),
		Log: slog.New(slog.NewTextHandler(&c.logged, nil)),
	}
	return c
}

// A recorder records every write, flush and deadline.
type recorder struct {
	*httptest.ResponseRecorder
	wrote func(string) // nil: nobody wants to know
	done  []string
}

func newRecorder() *recorder { return &recorder{ResponseRecorder: httptest.NewRecorder()} }

func (r *recorder) Write(p []byte) (int, error) {
	r.done = append(r.done, string(p))
	if r.wrote != nil {
		r.wrote(string(p))
	}
	return r.ResponseRecorder.Write(p)
}

func (r *recorder) Flush() { r.done = append(r.done, "FLUSH"); r.ResponseRecorder.Flush() }

func (r *recorder) SetWriteDeadline(time.Time) error {
	r.done = append(r.done, "DEADLINE")
	return nil
}

// said returns what was written, write by write.
func (r *recorder) said() []string {
	return slices.DeleteFunc(slices.Clone(r.done), func(s string) bool { return s == "FLUSH" || s == "DEADLINE" })
}

func get(t *testing.T, address string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	r.SetPathValue("mart", "42")
	return r
}

// streamed requests the stream after an ID, and returns it once it has ended.
func streamed(t *testing.T, c *counted, lastID string) *recorder {
	t.Helper()
	w, r := newRecorder(), get(t, wire.EventsPath("42"))
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	New(c.Options).ServeHTTP(w, r)
	return w
}

// read parses a stream as a device does.
func read(t *testing.T, text string) (events []sse.Event) {
	t.Helper()
	for e, err := range sse.Read(strings.NewReader(text), nil) {
		if err != nil {
			t.Fatalf("after %d events: %v", len(events), err)
		}
		events = append(events, e)
	}
	return events
}

// orders returns the numbers of the orders among events, in their order.
func orders(t *testing.T, events []sse.Event) (numbers []string) {
	t.Helper()
	for _, e := range events {
		if e.Type != wire.OrderEvent {
			continue
		}
		got, err := wire.ParseOrder(e.LastEventID, e.Data)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, string(got.Order))
	}
	return numbers
}

// numbers returns the numbers from from to to, as orders does.
func numbers(from, to int) (s []string) {
	for n := from; n <= to; n++ {
		s = append(s, fmt.Sprint(n))
	}
	return s
}
