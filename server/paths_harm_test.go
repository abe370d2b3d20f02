//go:build linux

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/sse"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func cutsOffWhoFallsBehind(t *testing.T, w way) {
	s := w.serve(t, "--queue", "16", "--write-timeout", "1s")
	s.cutsOffWhoStopsReading(t, func() bool { return s.ended(t, wire.ByeSlow)+s.ended(t, sse.Stuck) == 1 }) // by what it was at
}

func cutsOffWhoIsStuck(t *testing.T, w way) {
	s := w.serve(t, "--queue", "100000", "--write-timeout", "1s")
	s.cutsOffWhoStopsReading(t, func() bool { return s.ended(t, sse.Stuck) == 1 })
}

// ended is how many streams did for that reason.
func (s *served) ended(t *testing.T, reason string) float64 {
	t.Helper()
	return s.count(t, `jumun_streams_ended_total{reason="`+reason+`"}`)
}

func (s *served) cutsOffWhoStopsReading(t *testing.T, isSo func() bool) {
	stalled, well := s.stalls(t)
	eventually(t, "it is cut off", isSo)
	if n := s.count(t, "jumun_streams_open"); n != 1 {
		t.Errorf("%v streams are open", n)
	}
	all := numbers(tooMany)
	got, _ := stalled.orders(tooMany) // what the connection still held
	if len(got) == tooMany || !slices.Equal(got, all[:len(got)]) {
		t.Fatalf("before it was cut off it got %d orders, %.200v", len(got), got)
	}
	back := s.open(t, stalled.last)
	back.wants(t, all[len(got):]...)
	s.record(t, "last")
	for _, e := range []*ear{well, back} {
		e.wants(t, "last")
	}
}

// tooMany orders with long summaries are more than a narrow connection holds: 400 KB.
const tooMany = 500

// stalls has a device of mart 42 not read, until its server can write to it no more; another
// one gets each order as it is recorded.
func (s *served) stalls(t *testing.T) (stalled, well *ear) {
	t.Helper()
	stalled, _ = s.opens(t, request{after: "0-0", narrow: true})
	well = s.open(t, "0-0")
	for _, n := range numbers(tooMany) {
		s.placeLong(t, n)
		well.wants(t, n)
	}
	return stalled, well
}

func (s *served) placeLong(t *testing.T, n order.OrderID) {
	t.Helper()
	s.place(t, order.Placement{Mart: "42", Order: n, Details: order.Details{Summary: strings.Repeat("가", order.MaxSummary)}})
}

func stopsThoughOneIsStuck(t *testing.T, w way) {
	s := w.serve(t, "--queue", "100000", "--write-timeout", "1h", "--drain", "100ms")
	_, well := s.stalls(t)
	asked := time.Now()
	s.cancel()
	well.wantsBye(t, wire.ByeDrain)
	if code, took := s.stop(t), time.Since(asked); code != exitDone || !inTime(took, 100*time.Millisecond+endTimeout) {
		t.Errorf("exit code %d after %v", code, took)
	}
}

// A device that has not all of the log yet is in no hub that could let go of it.
func stopsThoughAReplayIsStuck(t *testing.T, w way) {
	s := w.serve(t, "--write-timeout", "1h", "--drain", "100ms")
	for _, n := range numbers(tooMany) {
		s.placeLong(t, n)
	}
	s.opens(t, request{after: "0-0", narrow: true}) // it reads the beginning
	asked := time.Now()
	s.cancel()
	if code, took := s.stop(t), time.Since(asked); code != exitDone || !inTime(took, 100*time.Millisecond+endTimeout) {
		t.Errorf("exit code %d after %v", code, took)
	}
}

// leaveUnheard has devices vanish that nobody is told of, over every way: those that are
// written to, and those that are not. The servers have to find out.
func leaveUnheard(t *testing.T) (all []*served) {
	for _, w := range ways() {
		for _, heartbeat := range []string{"1s", "1h"} {
			s := w.serve(t, "--heartbeat", heartbeat)
			if err := s.open(t, "").vanish(); err != nil {
				t.Fatal(err)
			}
			all = append(all, s)
		}
	}
	return all
}

func refusesWithAProblem(t *testing.T, w way) {
	s := w.serve(t)
	gone, old := claims(wire.RoleDevice, "42"), claims(wire.RoleDevice, "42")
	old.IssuedAt, old.Expires = old.IssuedAt-7200, old.IssuedAt-3600
	revoke(t, s.redis.URL(), "--device", gone.Subject)
	eventually(t, "the revocation is known", func() bool {
		return s.try(t, request{pass: signed(t, gone), path: wire.OrdersPath("42")}).res.StatusCode != http.StatusOK
	})
	for _, tt := range []struct {
		name    string
		request request
		status  int
		problem string
	}{
		{"no token", request{}, 401, wire.ProblemToken},
		{"a wrong token", request{pass: "wrong"}, 401, wire.ProblemToken},
		{"a revoked token", request{pass: signed(t, gone)}, 401, wire.ProblemRevoked},
		{"a token that has ended", request{pass: signed(t, old)}, 401, wire.ProblemExpired},
		{"a token of another mart", request{pass: signed(t, claims(wire.RoleDevice, "43"))}, 403, wire.ProblemForbidden},
		{"a token of a publisher", request{pass: signed(t, claims(wire.RolePublisher, "42"))}, 403, wire.ProblemForbidden},
		{"another method", request{pass: token42(t), method: http.MethodPut}, 405, wire.ProblemMethod},
		{"no mart ID", request{pass: signed(t, claims(wire.RoleDevice, wire.AnyMart)), path: "/v1/marts/4%202/events"}, 400, wire.ProblemMartID},
	} {
		s.try(t, tt.request).wantsProblem(t, tt.name, tt.status, tt.problem)
	}
}

// wantsProblem reads an answer to its end, which must be that problem.
func (e *ear) wantsProblem(t *testing.T, name string, status int, kind string) {
	t.Helper()
	var got wire.Problem
	said := read(t, e.res)
	if err := json.Unmarshal([]byte(said), &got); err != nil || e.res.StatusCode != status || got.Status != status || got.Type != kind {
		t.Errorf("%s: %s %s", name, e.res.Status, said)
	}
	h := e.res.Header
	if h.Get("Content-Type") != wire.ProblemType || h.Get("Cache-Control") != "no-store" || (h.Get("WWW-Authenticate") != "") != (status == 401) {
		t.Errorf("%s: %v", name, h)
	}
}

func boundsTheStreamsOfADevice(t *testing.T, w way) {
	s := w.serve(t, "--heartbeat", "1h") // no write finds out who left
	pass := signed(t, claims(wire.RoleDevice, "42", "43"))
	var held []*ear
	for range auth.MaxStreamsPerDevice {
		e, _ := s.opens(t, request{pass: pass})
		held = append(held, e)
	}
	ninth := s.try(t, request{pass: pass})
	if ninth.res.Header.Get("Retry-After") == "" {
		t.Error("it is not said when to come again")
	}
	ninth.wantsProblem(t, "the ninth", http.StatusTooManyRequests, wire.ProblemTooMany)
	s.opens(t, request{pass: pass, path: wire.EventsPath("43")})
	_ = held[0].tcp.Close()
	eventually(t, "there is room again", func() bool {
		return s.try(t, request{pass: pass}).res.StatusCode == http.StatusOK
	})
}

func passesOverWhatIsSentLater(t *testing.T, w way) {
	if w.tls {
		t.Skip("the record layer, or HTTP/2, ends a connection that carries garbage")
	}
	// What was not read hides that a device leaves: a write has to find out.
	s := w.serve(t, "--heartbeat", "50ms", "--drain", "0s")
	const another = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
	e, _ := s.opens(t, request{more: another + "garbage"})
	for _, n := range numbers(20) {
		_ = e.SetWriteDeadline(time.Now().Add(patience))
		if _, err := io.WriteString(e, another+strings.Repeat("\x00\xff\r\n", 256)); err != nil {
			t.Fatal(err)
		}
		s.record(t, n)
		e.wants(t, n)
	}
	s.cancel()
	if got := e.next(); got["event"] != wire.ByeEvent || !strings.Contains(got["data"], wire.ByeDrain) {
		t.Errorf("got %v, %v", got, e.lines.Err())
	}
	s.stop(t)
}
