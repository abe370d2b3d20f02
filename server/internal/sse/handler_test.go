package sse

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func isProblem(t *testing.T, w *httptest.ResponseRecorder, status int, kind string) {
	t.Helper()
	var p wire.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Type != kind || w.Code != status || p.Status != status {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if status == 503 && w.Header().Get("Retry-After") == "" {
		t.Errorf("no Retry-After: %v", w.Header())
	}
}

func TestEachEventThatComesIsOneWriteAndOneFlushWithADeadlineAround(t *testing.T) {
	m := newMemory(0)
	live := 0
	m.moment = func(what string) {
		if what == "live" {
			if live++; live == 1 {
				m.happen()
				m.happen()
				m.shed(wire.ByeDrain)
			}
		}
	}
	c := options(m)
	w := streamed(t, c, "")
	steps := ""
	for _, step := range w.done {
		steps += cmp.Or(map[string]string{"DEADLINE": "D", "FLUSH": "F"}[step], "W")
	}
	if !regexp.MustCompile(`^(DWFD?){4}$`).MatchString(steps) {
		t.Errorf("steps %s: %q", steps, w.done)
	}
	event := func(n int) string {
		return fmt.Sprintf(`id: %d-0\nevent: order\ndata: {"martId":"42","orderId":"%[1]d","message":"%[1]d 주문 발생","at":"[^"]+"}\n\n`, n)
	}
	want := `id: 0-0\nevent: connect\nretry: 3000\ndata: connected\n\n\|` + event(1) + `\|` + event(2) + `\|event: bye\ndata: {"reason":"drain","retryMs":\d+}\n\n`
	if said := strings.Join(w.said(), "|"); !regexp.MustCompile("^" + want + "$").MatchString(said) {
		t.Errorf("said %q", said)
	}
	if c.delivered != 2 || fmt.Sprint(c.ended) != "[drain]" || m.joined() != 0 {
		t.Errorf("delivered %d, ended %v, %d joined", c.delivered, c.ended, m.joined())
	}
}

func TestASlowDeviceHearsWhyItIsCutOffAndNothingAfterTheHole(t *testing.T) {
	m := newMemory(0)
	d, _ := m.Join(t.Context(), "42")
	m.happen()
	m.happen()
	w := newRecorder()
	s := &session{stream: &stream{Handler: New(options(m).Options), sub: d}, out: newWriter(w, http.NewResponseController(w), time.Second)}
	if why := s.bye(wire.ByeSlow); why != wire.ByeSlow || len(d.(*subscriber).frames) != 2 || len(w.said()) != 1 {
		t.Errorf("ended as %s with %d frames left: %q", why, len(d.(*subscriber).frames), w.said())
	}
}

// serve streams to a new device in the background, until ctx ends or the stream does.
func serve(t *testing.T, ctx context.Context, c *counted) (w *recorder, done chan struct{}) {
	w, done = newRecorder(), make(chan struct{})
	go func() { defer close(done); New(c.Options).ServeHTTP(w, get(t, wire.EventsPath("42")).WithContext(ctx)) }()
	return w, done
}

func TestAStreamCarriesACommentEveryHeartbeatAndSoonAfterAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(0)
		c := options(m)
		ctx, cancel := context.WithCancel(t.Context())
		w, done := serve(t, ctx, c)
		for range 5 {
			time.Sleep(15 * time.Second) // the bubble's time
			m.happen()
		}
		time.Sleep(41 * time.Second)
		cancel()
		<-done
		comments := ""
		for _, said := range w.said()[1:] {
			comments += said[:1]
		}
		if comments != ":i:i:i:i:i:::" || c.delivered != 5 || fmt.Sprint(c.ended) != "[gone]" || m.joined() != 0 {
			t.Errorf("said %q, delivered %d, ended %v, %d joined", w.said(), c.delivered, c.ended, m.joined())
		}
	})
}

func TestHeartbeatsAreEventsForWhoeverAskedForThat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(0)
		ctx, cancel := context.WithCancel(t.Context())
		w, done := newRecorder(), make(chan struct{})
		r := get(t, wire.EventsPath("42")+"?heartbeat=event").WithContext(ctx)
		go func() { defer close(done); New(options(m).Options).ServeHTTP(w, r) }()
		time.Sleep(41 * time.Second) // the bubble's time
		cancel()
		<-done
		said := w.said()[1:]
		if len(said) != 3 { // soon after the first event, and each 20 s
			t.Errorf("said %q", said)
		}
		for _, one := range said {
			if one != "event: heartbeat\ndata:\n\n" {
				t.Errorf("said %q", one)
			}
		}
	})
}

func TestAStreamLivesForItsLifetimeToTwiceThat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lives := make(map[time.Duration]bool)
		for range 50 {
			m := newMemory(1)
			c := options(m)
			start := time.Now()
			w, done := serve(t, t.Context(), c)
			<-done
			lived := time.Since(start)
			if text := w.Body.String(); lived < c.Lifetime || lived > 2*c.Lifetime || !strings.Contains(text, `{"reason":"lifetime","retryMs":`) {
				t.Errorf("lived %v: %q", lived, text)
			}
			if fmt.Sprint(c.ended) != "[lifetime]" || m.joined() != 0 {
				t.Errorf("ended %v, %d joined", c.ended, m.joined())
			}
			lives[lived] = true
		}
		if len(lives) < 25 {
			t.Errorf("only %d different lives", len(lives))
		}
	})
}

func TestAStreamWhoseTimeIsOverDeliversWhatWaitsBeforeItEnds(t *testing.T) {
	for _, why := range []string{wire.ByeLifetime, wire.ByeExpired} {
		m := newMemory(2)
		d, _ := m.Join(t.Context(), "42")
		m.publish(2) // it was read from the log too
		m.happen()
		m.happen()
		c := options(m)
		w := newRecorder()
		s := &session{stream: &stream{Handler: New(c.Options), sub: d, last: "2-0"}, out: newWriter(w, http.NewResponseController(w), time.Second)}
		s.bye(why)
		events := read(t, w.Body.String())
		if got := orders(t, events); fmt.Sprint(got) != "[3 4]" || events[len(events)-1].Type != wire.ByeEvent || c.delivered != 2 {
			t.Errorf("said %q, delivered %d", w.said(), c.delivered)
		}
	}
}

func TestADeviceThatCannotBeAnsweredIsToldToComeBack(t *testing.T) {
	tests := []struct {
		name    string
		fail    func(*memory)
		problem string
	}{
		{"Redis is away", func(m *memory) { m.fail(errors.New("connection refused")) }, wire.ProblemNotReady},
		{"the server stops", (*memory).drain, wire.ProblemDraining},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(1)
			tt.fail(m)
			c := options(m)
			isProblem(t, streamed(t, c, "").ResponseRecorder, 503, tt.problem)
			if len(c.resumed)+len(c.ended) != 0 {
				t.Errorf("counted as a stream: %v, %v", c.resumed, c.ended)
			}
		})
	}
}

func TestOnlyGETIsServed(t *testing.T) {
	server := httptest.NewServer(mux(options(newMemory(0))))
	defer server.Close()
	for _, path := range []string{wire.EventsPath("42"), wire.OrdersPath("42")} {
		for _, method := range []string{http.MethodHead, http.MethodPost, http.MethodDelete} {
			r, _ := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != 405 || res.Header.Get("Allow") != "GET" {
				t.Errorf("%s %s: %d, %v", method, path, res.StatusCode, res.Header)
			}
		}
	}
}

func TestRedisIsGivenThreeSeconds(t *testing.T) {
	wait := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	synctest.Test(t, func(t *testing.T) {
		c := options(newMemory(0))
		c.Page = func(ctx context.Context, _ order.MartID, _ order.ID, _ int) (order.Page, error) {
			return order.Page{}, wait(ctx)
		}
		start := time.Now()
		isProblem(t, streamed(t, c, "").ResponseRecorder, 503, wire.ProblemNotReady)
		if waited := time.Since(start); waited != redisTimeout {
			t.Errorf("for a page it had %v", waited)
		}
		c = options(newMemory(0))
		c.Join = func(ctx context.Context, _ order.MartID) (Subscriber, error) { return nil, wait(ctx) }
		start = time.Now()
		streamed(t, c, "")
		if waited := time.Since(start); waited != redisTimeout || fmt.Sprint(c.ended) != "[drain]" {
			t.Errorf("to hear a mart it had %v, ended %v", waited, c.ended)
		}
	})
}

// A stream over TLS is HTTP/2: Go resets one whose write deadline has passed.
func TestAQuietHTTP2StreamOutlivesItsWriteDeadline(t *testing.T) {
	m := newMemory(0)
	c := options(m)
	c.WriteTimeout, c.Heartbeat = time.Second, time.Hour
	server := httptest.NewUnstartedServer(mux(c))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	res, err := server.Client().Get(server.URL + wire.EventsPath("42"))
	if err != nil || res.ProtoMajor != 2 {
		t.Fatalf("%v, %v", res, err)
	}
	defer res.Body.Close()
	// Quiet for longer than the deadline: there is no event to wait for, only time.
	time.AfterFunc(c.WriteTimeout+c.WriteTimeout/2, func() { m.happen(); m.shed(wire.ByeDrain) })
	body, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(body), "id: 1-0\n") || !strings.Contains(string(body), "event: bye") {
		t.Errorf("read %q, %v", body, err)
	}
}

func TestByesAreSpreadAroundTheRetry(t *testing.T) {
	seen := make(map[int64]bool)
	for range 100 {
		m := newMemory(0)
		m.endWhenLive()
		events := read(t, streamed(t, options(m), "").Body.String())
		var bye wire.Bye
		if err := json.Unmarshal([]byte(events[1].Data), &bye); err != nil || bye.RetryMs < 1500 || bye.RetryMs > 4500 {
			t.Errorf("%+v, %v", bye, err)
		}
		seen[bye.RetryMs] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d different ones", len(seen))
	}
}

// With Connection: close Go sends GOAWAY, and the next stream of a browser needs a new connection.
func TestAStreamOverHTTP2LeavesTheConnectionToOthers(t *testing.T) {
	m := newMemory(0)
	server := httptest.NewUnstartedServer(mux(options(m)))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	defer m.shed(wire.ByeDrain)
	var reused []bool
	trace := &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { reused = append(reused, c.Reused) }}
	for range 3 {
		r, _ := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", server.URL+wire.EventsPath("42"), nil)
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.ReadFull(res.Body, make([]byte, 10)); err != nil || res.ProtoMajor != 2 || res.Header.Get("Connection") != "" {
			t.Fatalf("%v, %s, %v", err, res.Proto, res.Header)
		}
	}
	if fmt.Sprint(reused) != "[false true true]" {
		t.Errorf("streams came over a connection that was there: %v", reused)
	}
}
