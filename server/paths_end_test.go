//go:build linux

package main

import (
	"slices"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/auth"
	"jumun/shared/wire"
)

func letsGoOfWhoLeaves(t *testing.T, w way) {
	s := w.serve(t, "--heartbeat", "1h") // no write finds out
	for how, leave := range map[string]func(*ear) error{
		"closes":      func(e *ear) error { return e.tcp.Close() },
		"half-closes": func(e *ear) error { return e.halfClose() },
		"resets":      func(e *ear) error { return e.reset() },
	} {
		var devices []*ear
		for range 5 {
			devices = append(devices, s.open(t, ""))
		}
		if n := s.connections(t); n < len(devices) {
			t.Fatalf("%d streams, %d connections", len(devices), n)
		}
		for _, e := range devices {
			if err := leave(e); err != nil {
				t.Errorf("%s: %v", how, err)
			}
		}
		s.hasNobody(t)
	}
	// What is counted is counted a moment after it is seen.
	eventually(t, "all of them are gone, and none was cut off", func() bool {
		return s.count(t, `jumun_streams_ended_total{reason="gone"}`) == 15
	})
}

func saysByeWhenItStops(t *testing.T, w way) {
	s := w.serve(t, "--drain", "500ms", "--retry", "2s")
	var devices []*ear
	for range auth.MaxStreamsPerDevice + 2 {
		devices = append(devices, s.open(t, ""))
	}
	all := numbers(50)
	for _, n := range all {
		s.record(t, n)
		devices[0].wants(t, n) // the others read nothing yet
	}
	asked := time.Now()
	s.cancel()
	for i, e := range devices {
		if i > 0 {
			e.wants(t, all...)
		}
		if b := e.wantsBye(t, wire.ByeDrain); b.RetryMs < 1000 || b.RetryMs > 3000 {
			t.Errorf("told to come back after %d ms", b.RetryMs)
		}
	}
	if code := s.stop(t); code != exitDone || !inTime(time.Since(asked), 500*time.Millisecond) {
		t.Errorf("exit code %d after %v:\n%s", code, time.Since(asked), s.err.String())
	}
}

func endsWhatIsRevoked(t *testing.T, w way) {
	s := w.serve(t, "--queue", "1000")
	stolen := claims(wire.RoleDevice, "42")
	theirs, _ := s.opens(t, request{pass: signed(t, stolen)})
	ours := s.open(t, "")
	all := numbers(200)
	var recording sync.WaitGroup
	defer recording.Wait()
	recording.Go(func() { s.record(t, all...) })
	ours.wants(t, all[:20]...)
	revoke(t, s.redis.URL(), "--device", stolen.Subject)
	recording.Go(func() { ours.wants(t, all[20:]...) })
	theirs.untilRevoked(t)
}

// untilRevoked takes orders until the bye, and the end.
func (e *ear) untilRevoked(t *testing.T) {
	t.Helper()
	got, other := e.orders(200)
	if !slices.Equal(got, numbers(len(got))) {
		t.Errorf("got %v", got)
	}
	if other == nil { // all came before the revocation did
		other = e.next()
	}
	if other["event"] != wire.ByeEvent || other["data"] != `{"reason":"revoked","retryMs":60000}` {
		t.Errorf("got %v", other)
	}
	if after := e.next(); after != nil || !e.clean() {
		t.Errorf("after bye came %v, %v", after, e.lines.Err())
	}
}

func endsWithTheToken(t *testing.T, w way) {
	s := w.serve(t)
	short := claims(wire.RoleDevice, "42")
	short.Expires = time.Now().Add(2 * time.Second).Unix()
	e, _ := s.opens(t, request{pass: signed(t, short)})
	s.record(t, "1")
	e.wants(t, "1")
	e.wantsBye(t, wire.ByeExpired)
	if over := time.Since(time.Unix(short.Expires, 0)); over < 0 || !inTime(over, 0) {
		t.Errorf("it ended %v after the token", over)
	}
}

func endsWhenItIsOld(t *testing.T, w way) {
	const life = 300 * time.Millisecond
	s := w.serve(t, "--lifetime", life.String())
	var devices sync.WaitGroup
	defer devices.Wait()
	for range 5 {
		asked := time.Now()
		e := s.open(t, "")
		devices.Go(func() {
			e.wantsBye(t, wire.ByeLifetime)
			if lived := time.Since(asked); lived < life || !inTime(lived, 2*life) {
				t.Errorf("it lived for %v", lived)
			}
		})
	}
}

func carriesHeartbeats(t *testing.T, w way) {
	const every = 200 * time.Millisecond
	s := w.serve(t, "--heartbeat", every.String())
	e := s.open(t, "")
	began := time.Now()
	for range 10 {
		heard := time.Now()
		if got := e.any(); len(got) != 1 || got[""] != "" {
			t.Fatalf("a quiet stream carries %v", got)
		}
		if quiet := time.Since(heard); !inTime(quiet, every) {
			t.Errorf("silent for %v", quiet)
		}
	}
	if took := time.Since(began); took < 10*every/2 || !inTime(took, 10*every) {
		t.Errorf("10 heartbeats within %v", took)
	}
	s.record(t, "1")
	e.wants(t, "1")
}
