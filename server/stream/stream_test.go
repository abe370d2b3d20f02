package stream

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tmaxmax/go-sse"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A source stands for the hub's end of a stream.
type source struct {
	frames chan []byte
	closed chan struct{}
	reason string
	left   int
}

func newSource(frames ...string) *source {
	s := &source{frames: make(chan []byte, 100), closed: make(chan struct{})}
	for _, f := range frames {
		s.frames <- []byte(f)
	}
	return s
}

func (s *source) Frames() <-chan []byte   { return s.frames }
func (s *source) Closed() <-chan struct{} { return s.closed }
func (s *source) Reason() string          { return s.reason }
func (s *source) Leave()                  { s.left++ }
func (s *source) close(why string)        { s.reason = why; close(s.closed) }

// A recorder is a connection on which every write and every flush can be seen.
type recorder struct {
	http.ResponseWriter
	done []string
}

func (r *recorder) Write(p []byte) (int, error) {
	r.done = append(r.done, string(p))
	return len(p), nil
}
func (r *recorder) Flush() { r.done = append(r.done, "FLUSH") }
func (r *recorder) SetWriteDeadline(d time.Time) error {
	r.done = append(r.done, "DEADLINE")
	return nil
}

// counted is a Handler's options, and what it counted.
type counted struct {
	Options
	delivered int
	ended     []string
}

func options(join func(context.Context, order.MartID) (Device, error)) *counted {
	c := &counted{}
	c.Options = Options{Join: join, Heartbeat: 20 * time.Second, Retry: 3 * time.Second, WriteTimeout: time.Second,
		Delivered: func() { c.delivered++ }, Ended: func(why string) { c.ended = append(c.ended, why) }, Log: slog.New(slog.DiscardHandler)}
	return c
}

func joins(s *source) func(context.Context, order.MartID) (Device, error) {
	return func(context.Context, order.MartID) (Device, error) { return s, nil }
}

func request(t *testing.T) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/marts/42/events", nil)
	r.SetPathValue("mart", "42")
	return r
}

func TestEachEventIsOneWriteAndOneFlushWithADeadlineAround(t *testing.T) {
	s := newSource("one\n\n", "two\n\n")
	s.close(wire.ByeDrain)
	c := options(joins(s))
	r := &recorder{ResponseWriter: httptest.NewRecorder()}
	New(c.Options).ServeHTTP(r, request(t))
	steps := ""
	for _, step := range r.done {
		steps += cmp.Or(map[string]string{"DEADLINE": "D", "FLUSH": "F"}[step], "W")
	}
	if !regexp.MustCompile(`^(DWFD?){4}$`).MatchString(steps) {
		t.Errorf("steps %s: %q", steps, r.done)
	}
	said := strings.Join(slices.DeleteFunc(r.done, func(s string) bool { return s == "FLUSH" || s == "DEADLINE" }), "|")
	if !regexp.MustCompile(`^event: connect\nretry: 3000\ndata: connected\n\n\|one\n\n\|two\n\n\|event: bye\ndata: {"reason":"drain","retryMs":\d+}\n\n$`).MatchString(said) {
		t.Errorf("said %q", said)
	}
	if c.delivered != 2 || fmt.Sprint(c.ended) != "[drain]" || s.left != 1 {
		t.Errorf("delivered %d, ended %v, left %d", c.delivered, c.ended, s.left)
	}
}

func TestASlowDeviceHearsWhyItIsCutOffAndNothingAfterTheHole(t *testing.T) {
	s := newSource("one\n\n", "two\n\n")
	s.close(wire.ByeSlow)
	c := options(joins(s))
	r := httptest.NewRecorder()
	h := New(c.Options)
	if why := h.bye(newFrames(&recorder{ResponseWriter: r}, time.Second), s); why != wire.ByeSlow || len(s.frames) != 2 {
		t.Errorf("ended as %s with %d frames left", why, len(s.frames))
	}
}

func TestAQuietStreamCarriesACommentEveryHeartbeatAndABusyOneNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSource()
		c := options(joins(s))
		r := &recorder{ResponseWriter: httptest.NewRecorder()}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); New(c.Options).ServeHTTP(r, request(t).WithContext(ctx)) }()
		for range 5 {
			time.Sleep(15 * time.Second) // the bubble's time
			s.frames <- []byte("event\n\n")
		}
		time.Sleep(41 * time.Second)
		cancel()
		<-done
		said := slices.DeleteFunc(r.done, func(s string) bool { return s == "FLUSH" || s == "DEADLINE" })[1:]
		if got := strings.Join(said, ""); got != strings.Repeat("event\n\n", 5)+":\n\n:\n\n" {
			t.Errorf("said %q", got)
		}
		if c.delivered != 5 || fmt.Sprint(c.ended) != "[gone]" {
			t.Errorf("delivered %d, ended %v", c.delivered, c.ended)
		}
	})
}

func TestADeviceThatCannotHearIsToldToComeBack(t *testing.T) {
	tests := []struct {
		name    string
		err     error
		problem string
	}{
		{"Redis is away", errors.New("connection refused"), wire.ProblemNotReady},
		{"the server stops", fmt.Errorf("join: %w", ErrDraining), wire.ProblemDraining},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := options(func(context.Context, order.MartID) (Device, error) { return nil, tt.err })
			r := httptest.NewRecorder()
			New(c.Options).ServeHTTP(r, request(t))
			var p wire.Problem
			if err := json.Unmarshal(r.Body.Bytes(), &p); err != nil || p.Type != tt.problem || r.Code != 503 || p.Status != 503 || r.Header().Get("Retry-After") == "" {
				t.Errorf("%d %v %s", r.Code, r.Header(), r.Body)
			}
		})
	}
}

func TestJoiningIsGivenThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := options(func(ctx context.Context, _ order.MartID) (Device, error) { <-ctx.Done(); return nil, ctx.Err() })
		start := time.Now()
		New(c.Options).ServeHTTP(httptest.NewRecorder(), request(t))
		if waited := time.Since(start); waited != joinTimeout {
			t.Errorf("waited %v", waited)
		}
	})
}

// A stream over TLS is HTTP/2: Go resets one whose write deadline has passed.
func TestAQuietHTTP2StreamOutlivesItsWriteDeadline(t *testing.T) {
	s := newSource()
	c := options(joins(s))
	c.WriteTimeout, c.Heartbeat = time.Second, time.Hour
	mux := http.NewServeMux()
	mux.Handle(wire.EventsPattern, New(c.Options))
	server := httptest.NewUnstartedServer(mux)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	res, err := server.Client().Get(server.URL + wire.EventsPath("42"))
	if err != nil || res.ProtoMajor != 2 {
		t.Fatalf("%v, %v", res, err)
	}
	defer res.Body.Close()
	// Quiet for longer than the deadline: there is no event to wait for, only time.
	time.AfterFunc(c.WriteTimeout+c.WriteTimeout/2, func() { s.frames <- []byte("data: late\n\n"); s.close(wire.ByeDrain) })
	body, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(body), "data: late\n\nevent: bye") {
		t.Errorf("read %q, %v", body, err)
	}
}

func TestByesAreSpreadAroundTheRetry(t *testing.T) {
	h := New(options(nil).Options)
	seen := make(map[time.Duration]bool)
	for range 100 {
		d := h.spread()
		if d < 1500*time.Millisecond || d > 4500*time.Millisecond {
			t.Errorf("spread %v", d)
		}
		seen[d] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d different ones", len(seen))
	}
}

func FuzzOrderFrame(f *testing.F) {
	f.Add("order", "1722000000000-0", "42", "1001")
	f.Add("a\nb", "1\n", "\r", "\x00")
	f.Fuzz(func(t *testing.T, name, id, mart, number string) {
		e := order.Event{ID: order.ID(id), Mart: order.MartID(mart), Order: order.OrderID(number), Kind: order.Placed}
		frame, err := OrderFrame(name, e)
		if err != nil || name == "" {
			return
		}
		events := 0
		for got, err := range sse.Read(strings.NewReader(string(frame)), nil) {
			if err != nil || got.Type != name {
				t.Fatalf("%q reads as %+v, %v", frame, got, err)
			}
			events++
		}
		if events != 1 || strings.Count(string(frame), "\n\n") != 1 {
			t.Fatalf("%q is %d events", frame, events)
		}
	})
}
