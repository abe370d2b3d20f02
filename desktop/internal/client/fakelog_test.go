package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"sync"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A fakeLog is the log of mart 42, to be polled. Its IDs are "1-0", "2-0", …
type fakeLog struct {
	mu     sync.Mutex
	events []wire.PolledEvent
	more   chan struct{} // closed at the next event
}

func newFakeLog() *fakeLog { return &fakeLog{more: make(chan struct{})} }

func (s *fakeLog) place(number string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := order.ID(fmt.Sprintf("%d-0", len(s.events)+1))
	data := fmt.Sprintf(`{"martId":"42","orderId":%q}`, number)
	s.events = append(s.events, wire.PolledEvent{Event: wire.OrderEvent, ID: id, Data: json.RawMessage(data)})
	close(s.more)
	s.more = make(chan struct{})
}

// after is the page behind an ID, and what is closed when there is more.
func (s *fakeLog) after(id order.ID, limit int) (wire.Polled, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := wire.Polled{Events: []wire.PolledEvent{}, Last: id}
	for _, e := range s.events {
		if e.ID.Compare(id) <= 0 {
			continue
		}
		if p.More = len(p.Events) == limit; p.More {
			break
		}
		p.Events, p.Last = append(p.Events, e), e.ID
	}
	return p, s.more
}

func (s *fakeLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	after := order.ID(r.FormValue("after"))
	limit, _ := strconv.Atoi(r.FormValue("limit"))
	page, more := s.after(after, limit)
	if wait := waits(r); wait > 0 && len(page.Events) == 0 {
		select {
		case <-more:
		case <-time.After(wait):
		case <-r.Context().Done():
		}
		page, _ = s.after(after, limit)
	}
	body, _ := json.Marshal(page)
	answer(w, string(body))
}

func answer(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, body)
}

// waits is how long a poll may be held back.
func waits(r *http.Request) time.Duration {
	n, _ := strconv.Atoi(r.FormValue("wait"))
	return time.Duration(n) * time.Second
}

func polls(r *http.Request) bool   { return path.Base(r.URL.Path) == "orders" }
func follows(r *http.Request) bool { return path.Base(r.URL.Path) == "events" }

// network lets polls through to one handler and streams to another.
func network(streams, orders http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if polls(r) {
			orders(w, r)
		} else {
			streams(w, r)
		}
	}
}

// swallow sends headers, and then nothing of the stream.
func swallow(w http.ResponseWriter, r *http.Request) {
	say(w)
	_ = http.NewResponseController(w).Flush()
	stay(r)
}

func hang(_ http.ResponseWriter, r *http.Request) { stay(r) }

// polled is how many polls were seen, streams how many streams.
func (s *store) polled() (polled, streams int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		switch {
		case polls(r):
			polled++
		case follows(r):
			streams++
		}
	}
	return polled, streams
}

// seen are the names of the states from the nth on.
func (s *store) seen(n int) (names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.states[n:] {
		names = append(names, st.Name)
	}
	return names
}

func (s *store) wantStreams(t *testing.T, want int) {
	t.Helper()
	if _, streams := s.polled(); streams != want {
		t.Errorf("%d streams, want %d", streams, want)
	}
}
