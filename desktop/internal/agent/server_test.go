package agent

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A server is a fake jumun-server: its one stream carries what the test sends. It records acks and
// the paths of requests, and accepts valid tokens.
type server struct {
	*httptest.Server
	send chan string // for the stream
	acks chan ack    // that were taken

	mu       sync.Mutex
	down     bool
	cut      chan struct{} // closed when it goes down
	answer   map[order.OrderID]string
	reopened []order.ID      // that were taken back
	html     bool            // acks are answered by a page of something in between
	paths    []string        // that were asked for
	good     map[string]bool // the tokens
	code     string          // the one code that is good, once
	paired   []wire.PairRequest
	behind   time.Duration // its clock; set before anybody connects
	hold     chan struct{} // a pairing is answered when it is closed; nil: at once
	names    []string      // of devices that were renamed
	reports  []wire.Presence
	tests    []officeReport // the answers to test alarms
	martName string         // that a pairing answers
	enrolKey string         // the one enrolment key that is good
	enrolled []wire.EnrolRequest

	forbidsRenewals bool
}

type ack struct {
	order  string
	device string
}

func openServer(t *testing.T) *server {
	s := &server{send: make(chan string, 16), acks: make(chan ack, 16), cut: make(chan struct{}), answer: map[order.OrderID]string{}, good: map[string]bool{firstToken: true}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+wire.EventsPattern, s.known(s.stream))
	mux.HandleFunc("GET "+wire.OrdersPattern, s.known(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"events":[],"last":"","more":false}`)
	}))
	mux.HandleFunc("POST "+wire.AcksPattern, s.known(s.ack))
	mux.HandleFunc("POST "+wire.ReopenPattern, s.known(s.reopen))
	mux.HandleFunc("POST "+wire.PresencePattern, s.known(s.report))
	mux.HandleFunc("POST "+wire.TestPattern, s.known(s.told))
	mux.HandleFunc("POST "+wire.PairPath, s.pair)
	mux.HandleFunc("POST "+wire.EnrolPath, s.enrol)
	mux.HandleFunc("POST "+wire.TokenPath, s.known(s.renew))
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isDown() {
			panic(http.ErrAbortHandler) // the connection breaks
		}
		s.mu.Lock()
		s.paths = append(s.paths, r.URL.Path)
		w.Header().Set("Date", time.Now().Add(-s.behind).UTC().Format(http.TimeFormat))
		s.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) isDown() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.down }

// goDown cuts the stream and answers no request. comeBack ends that.
func (s *server) goDown() { s.mu.Lock(); defer s.mu.Unlock(); s.down = true; close(s.cut) }
func (s *server) comeBack() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = false
	s.cut = make(chan struct{})
}

func (s *server) stream(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	cut := s.cut
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	said := "event: connect\ndata: connected\n\n"
	for {
		_, _ = io.WriteString(w, said)
		_ = http.NewResponseController(w).Flush()
		select {
		case said = <-s.send:
		case <-cut:
			panic(http.ErrAbortHandler)
		case <-r.Context().Done():
			return
		}
	}
}

func (s *server) report(w http.ResponseWriter, r *http.Request) {
	var p wire.Presence
	_ = json.NewDecoder(r.Body).Decode(&p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports = append(s.reports, p)
	w.WriteHeader(http.StatusNoContent)
}

// forgetReports makes it forget what the PC reported.
func (s *server) forgetReports() { s.mu.Lock(); defer s.mu.Unlock(); s.reports = nil }

// reported returns what the PC reported last.
func (s *server) reported() (p wire.Presence) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.reports) > 0 {
		p = s.reports[len(s.reports)-1]
	}
	return p
}

func (s *server) ack(w http.ResponseWriter, r *http.Request) {
	var body wire.Acks
	_ = json.NewDecoder(r.Body).Decode(&body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.html {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>404</title>")
		return
	}
	answer := wire.AcksAnswer{Acks: []wire.AckOutcome{}}
	for _, a := range body.Acks {
		outcome := s.answer[a.OrderID]
		if outcome == "" {
			outcome = wire.OutcomeConfirmed
			what := string(a.OrderID)
			if a.Withdrawn {
				what += " withdrawn"
			}
			s.acks <- ack{what, body.Device}
		}
		answer.Acks = append(answer.Acks, wire.AckOutcome{ID: a.ID, Outcome: outcome})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// answers makes the server answer acks of an order with an outcome; "" confirms them.
func (s *server) answers(number order.OrderID, outcome string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer[number] = outcome
}

func (s *server) reopen(w http.ResponseWriter, r *http.Request) {
	var body wire.Reopen
	_ = json.NewDecoder(r.Body).Decode(&body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answer[body.OrderID] != "" {
		w.Header().Set("Content-Type", wire.ProblemType)
		w.WriteHeader(http.StatusConflict)
		_ = json.NewEncoder(w).Encode(wire.Problem{Type: wire.ProblemTooLate})
		return
	}
	s.reopened = append(s.reopened, body.ID)
	w.WriteHeader(http.StatusNoContent)
}

// setHTML makes a page of something in between answer acks, or not.
func (s *server) setHTML(html bool) { s.mu.Lock(); defer s.mu.Unlock(); s.html = html }

// change sends an ack, a cancel or a reopen of order n, with the ID at-0.
func (s *server) change(name string, n, at int, device string) {
	s.send <- fmt.Sprintf("event: %s\nid: %d-0\ndata: {\"orderId\":\"%d\",\"id\":\"%d-0\",\"device\":%q,\"at\":\"2024-07-27T20:00:09Z\"}\n\n", name, at, n, n, device)
}

// got waits for the next acks at the server, which must be these.
func (s *server) got(t *testing.T, want ...ack) {
	t.Helper()
	late := time.After(time.Minute)
	for _, w := range want {
		select {
		case got := <-s.acks:
			if got != w {
				t.Fatalf("the server got %v, want %v", got, w)
			}
		case <-late:
			t.Fatalf("the server did not get %v", w)
		}
	}
}

func (s *server) place(n int) {
	s.send <- fmt.Sprintf("event: order\nid: %d-0\ndata: {\"martId\":\"42\",\"orderId\":\"%d\",\"at\":%q}\n\n", n, n, time.Now().Format(time.RFC3339))
}

func (s *server) ackedBy(n, id int, device string) {
	s.send <- fmt.Sprintf("event: ack\nid: %d-0\ndata: {\"orderId\":\"%d\",\"device\":%q,\"at\":\"2024-07-27T20:00:09Z\"}\n\n", id, n, device)
}

func (s *server) gap() {
	s.send <- "event: gap\nid:\ndata: {\"after\":\"1-0\",\"oldest\":\"\"}\n\n"
}

func (s *server) settings() settings.Settings {
	return whole(settings.Settings{Server: s.URL, Mart: "42", Volume: 0.5})
}

// saved is handleSave without a code.
func (a *Agent) saved(s settings.Settings) { a.handleSave(ipc.Save{Settings: s}) }

// connectedIn returns an agent with the files in dir that is connected to s for mart 42.
func (s *server) connectedIn(t *testing.T, dir string) *Agent {
	t.Helper()
	return s.connectedBy(t, dir, "plays to the end", "shows")
}

// connectedBy is connectedIn with these child processes: see actAs.
func (s *server) connectedBy(t *testing.T, dir, player, ui string) *Agent {
	t.Helper()
	a := runningIn(t, dir, player, ui)
	a.post(func() { a.saved(s.settings()) })
	until(t, a, "connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	return a
}

// whole returns s with the defaults for everything that the tests do not change.
func whole(s settings.Settings) settings.Settings {
	d := settings.Default()
	d.Server, d.Mart, d.Volume, d.Sound, d.CA = s.Server, s.Mart, s.Volume, s.Sound, s.CA
	return d
}
