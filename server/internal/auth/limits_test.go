package auth

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// held is a request to a mart's stream that was answered (status) or is held (0) until
// done is called.
type held struct {
	status int
	retry  string
	done   func()
}

// stream asks for a stream, inside a bubble of synctest.
func stream(g *Gate, subject string, mart order.MartID, peer string) held {
	ctx, cancel := context.WithCancel(With(context.Background(), &Grant{Token: token.Token{Claims: wire.Claims{Subject: subject, Name: "카운터"}}}))
	r := httptest.NewRequestWithContext(ctx, "GET", wire.EventsPath(mart), nil)
	r.RemoteAddr = peer
	r.SetPathValue("mart", string(mart))
	w := httptest.NewRecorder()
	h := held{done: func() { cancel(); synctest.Wait() }}
	ended := false
	go func() {
		g.LimitStreams(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })).ServeHTTP(w, r)
		ended = true
	}()
	if synctest.Wait(); ended {
		cancel()
		h.status, h.retry = w.Code, w.Header().Get("Retry-After")
	}
	return h
}

func TestADeviceHasAFewStreamsOfAMartAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFixture(t, nil)
		var streams []held
		for range MaxStreamsPerDevice {
			streams = append(streams, stream(s.Gate, "pc-1", "42", "10.0.0.1:1"))
		}
		more := stream(s.Gate, "pc-1", "42", "10.0.0.2:1")
		if streams[MaxStreamsPerDevice-1].status != 0 || more.status != 429 || more.retry != "30" || !slices.Equal(s.refused, []string{TooManyStreams}) {
			t.Errorf("the last but one: %d, the last: %d, again after %s, counted %v", streams[MaxStreamsPerDevice-1].status, more.status, more.retry, s.refused)
		}
		for name, other := range map[string]held{
			"another device": stream(s.Gate, "pc-2", "42", "10.0.0.1:1"), "another mart": stream(s.Gate, "pc-1", "43", "10.0.0.1:1"),
		} {
			if other.status != 0 {
				t.Errorf("%s: %d", name, other.status)
			}
			other.done()
		}
		streams[3].done()
		again := stream(s.Gate, "pc-1", "42", "10.0.0.1:1")
		if again.status != 0 {
			t.Errorf("after one has ended: %d", again.status)
		}
		streams[3] = again
		for _, h := range streams {
			h.done()
		}
		if s.devices.Keys() != 0 {
			t.Errorf("%d devices are remembered", s.devices.Keys())
		}
	})
}

func TestAnAddressOnTheInternetHasSoManyStreams(t *testing.T) {
	tests := []struct {
		name, peer, other string // other counts as the same address
		most, status      int
	}{
		{"on the Internet", "203.0.113.7:1", "203.0.113.7:2", 1, 429},
		{"in one network of IPv6", "[2001:db8::1]:1", "[2001:db8::2]:1", 1, 429},
		{"in two networks of IPv6", "[2001:db8::1]:1", "[2001:db8:0:1::1]:1", 1, 0},
		{"two on the Internet", "203.0.113.7:1", "203.0.113.8:1", 1, 0},
		{"without a limit", "203.0.113.7:1", "203.0.113.7:1", 0, 0},
		{"this machine", "127.0.0.1:1", "127.0.0.1:2", 1, 0},
		{"this machine by IPv6", "[::1]:1", "[::1]:2", 1, 0},
		{"our network", "192.168.0.1:1", "192.168.0.1:2", 1, 0},
		{"our network by IPv6", "[fd00::1]:1", "[fd00::1]:2", 1, 0},
		{"a neighbour", "[fe80::1%eth0]:1", "[fe80::1%eth0]:2", 1, 0},
		{"a neighbour by IPv4", "169.254.0.1:1", "169.254.0.1:2", 1, 0},
		{"the network of a provider", "100.127.0.1:1", "100.127.0.1:1", 1, 0},
		{"just above it", "100.128.0.1:1", "100.128.0.1:1", 1, 429},
		{"just below it", "100.63.0.1:1", "100.63.0.1:1", 1, 429},
		{"a Unix socket", "@", "@", 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				s := newFixture(t, func(o *Options) {
					o.StreamsPerAddress, o.Log = tt.most, slog.New(slog.NewTextHandler(&out, nil))
				})
				one, other := stream(s.Gate, "pc-1", "42", tt.peer), stream(s.Gate, "pc-2", "42", tt.other)
				if one.status != 0 || other.status != tt.status || (out.Len() > 0) != (tt.status != 0) {
					t.Errorf("the first: %d, the second: %d, logged: %s", one.status, other.status, out.String())
				}
				one.done()
				other.done()
				if s.devices.Keys()+s.addresses.Keys() != 0 {
					t.Errorf("%d devices and %d addresses are remembered", s.devices.Keys(), s.addresses.Keys())
				}
			})
		})
	}
}

func TestAPublisherThatSendsTooMuchIsToldWhenToComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFixture(t, func(o *Options) { o.PublishRate = 10 })
		taken := 0
		h := s.LimitPublishes(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { taken++ }))
		publish := func(subject string) *httptest.ResponseRecorder {
			g := &Grant{Token: token.Token{Claims: wire.Claims{Subject: subject}}}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(With(t.Context(), g), "POST", wire.PublishPath, strings.NewReader("{}")))
			return w
		}
		for range 20 {
			publish("shop")
		}
		if w := publish("shop"); taken != 20 || w.Code != 429 || w.Header().Get("Retry-After") != "1" || !slices.Equal(s.refused, []string{TooMany}) {
			t.Errorf("%d taken, then %d, again after %s, counted %v", taken, w.Code, w.Header().Get("Retry-After"), s.refused)
		}
		if w := publish("another"); w.Code != 200 {
			t.Errorf("another: %d", w.Code)
		}
		time.Sleep(100 * time.Millisecond)
		if w := publish("shop"); w.Code != 200 {
			t.Errorf("after a tenth of a second: %d", w.Code)
		}
		if w := publish("shop"); w.Code != 429 {
			t.Errorf("and one more: %d", w.Code)
		}
	})
}

func TestARateOfNoneIsNoLimit(t *testing.T) {
	s := newFixture(t, nil)
	h := s.LimitPublishes(http.HandlerFunc(s.reached))
	for range 5000 {
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, httptest.NewRequestWithContext(With(t.Context(), &Grant{}), "POST", wire.PublishPath, nil)); w.Code != 200 {
			t.Fatal(w.Code)
		}
	}
}

// by is a token of a subject that a key of the servers vouches for, or a lent one.
func by(lent, subject string, role wire.Role, marts ...order.MartID) token.Token {
	return token.Token{Claims: wire.Claims{Subject: subject, Role: role, Marts: marts}, Lent: lent}
}

// send calls h with a request of the holder of t, and returns the status.
func send(ctx context.Context, h http.Handler, t token.Token) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(With(ctx, &Grant{Token: t}), "POST", wire.PublishPath, nil))
	return w.Code
}

func TestALentKeyUsesUpNobodyElsesRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFixture(t, func(o *Options) { o.PublishRate = 10 })
		h := s.LimitPublishes(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		taken := 0
		for n := range 100 { // each time another subject, among them that of the order service
			if send(t.Context(), h, by("shop", []string{"publisher-orders", strconv.Itoa(n)}[n%2], wire.RolePublisher, "42")) == 200 {
				taken++
			}
		}
		if taken != 20 {
			t.Errorf("%d were taken of a lent key's subjects", taken)
		}
		for name, other := range map[string]token.Token{
			"the subject of the servers": by("", "publisher-orders", wire.RolePublisher, "*"),
			"another lent key":           by("other", "publisher-orders", wire.RolePublisher, "43"),
		} {
			if status := send(t.Context(), h, other); status != 200 {
				t.Errorf("%s: %d", name, status)
			}
		}
	})
}

func TestOneAdministratorKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFixture(t, nil)
		h := s.LimitAdmins(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		ask := func(ctx context.Context, of token.Token, n int) (statuses map[int]int, done func()) {
			ctx, end := context.WithCancel(ctx)
			statuses = map[int]int{}
			var mu sync.Mutex
			for range n {
				go func() {
					status := send(ctx, h, of)
					mu.Lock()
					statuses[status]++
					mu.Unlock()
				}()
				synctest.Wait()
			}
			return statuses, func() { end(); synctest.Wait() }
		}
		one, done := ask(t.Context(), by("", "admin-42", wire.RoleAdmin, "42"), 10)
		if one[429] != 10-adminAtOnce {
			t.Errorf("at once: %v", one)
		}
		head, headDone := ask(t.Context(), by("", "admin-all", wire.RoleAdmin, "*"), 1)
		done()
		headDone()
		if head[200] != 1 {
			t.Errorf("the head office meanwhile: %v", head)
		}
		h = s.LimitAdmins(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		for of, want := range map[string]int{"42": adminBurst, "*": allMarts * adminBurst} {
			got, done := ask(t.Context(), by("", "admin-"+of+"-2", wire.RoleAdmin, order.MartID(of)), want+5)
			if done(); got[200] != want {
				t.Errorf("one after another, for %s: %v", of, got)
			}
		}
	})
}

// Two pages of the console that watch a mart ask twice in a second, all day.
func TestWhoWatchesAMartCanStillRevoke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFixture(t, nil)
		h := s.LimitAdmins(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		admin := by("", "admin-42", wire.RoleAdmin, "42")
		for range 600 {
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, httptest.NewRequestWithContext(With(t.Context(), &Grant{Token: admin}), "GET", wire.OverviewPath, nil)); w.Code != 200 {
				t.Fatalf("who watches gets %d", w.Code)
			}
			time.Sleep(time.Second / 2)
		}
		if status := send(t.Context(), h, admin); status != 200 {
			t.Errorf("who acts gets %d", status)
		}
	})
}

func TestTheSubjectsOfALentKeyHaveALimitOfStreamsTogether(t *testing.T) {
	s := newFixture(t, nil)
	take := func(of token.Token, mart order.MartID) (Slot, bool) {
		r := httptest.NewRequestWithContext(With(t.Context(), &Grant{Token: of, Revoked: s.revoked}), "GET", wire.EventsPath(mart), nil)
		r.SetPathValue("mart", string(mart))
		return s.TakeStream(httptest.NewRecorder(), r)
	}
	var slots []Slot
	for n := range lentStreams + 10 {
		if slot, ok := take(by("shop", strconv.Itoa(n), wire.RoleDevice, "42", "43"), "42"); ok {
			slots = append(slots, slot)
		}
	}
	_, own := take(by("", "pc-1", wire.RoleDevice, "42"), "42")
	_, elsewhere := take(by("shop", "1", wire.RoleDevice, "42", "43"), "43")
	if len(slots) != lentStreams || !own || !elsewhere {
		t.Errorf("it has %d streams; a paired device has one: %v; of another mart: %v", len(slots), own, elsewhere)
	}
	for _, slot := range slots {
		slot.Release()
	}
	if s.lent.Keys() != 1 || s.devices.Keys() != 2 {
		t.Errorf("%d lent keys and %d devices are remembered", s.lent.Keys(), s.devices.Keys())
	}
}

func TestAnAdministratorIsChargedForEachMartAtWhichItRevokes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFixture(t, nil)
		take := func(of token.Token, n int) int {
			r := httptest.NewRequestWithContext(With(t.Context(), &Grant{Token: of, Revoked: s.revoked}), "POST", wire.RevocationsPath, nil)
			w := httptest.NewRecorder()
			s.TakeRevocations(w, r, n)
			return w.Code
		}
		one, widest := by("", "admin-1", wire.RoleAdmin, "42"), revokeBurst
		if first, second := take(one, widest), take(one, 400); first != 200 || second != 429 {
			t.Errorf("as many as a token may have marts: %d; and 400 more at once: %d", first, second)
		}
		time.Sleep(400 * time.Second / revokeRate)
		if later := take(one, 400); later != 200 {
			t.Errorf("later: %d", later)
		}
		taken := 0
		for n := range 100 {
			if take(by("shop", strconv.Itoa(n), wire.RoleAdmin, "42"), widest) == 200 {
				taken++
			}
		}
		if taken != lentAdmins {
			t.Errorf("the administrators of a lent key took as much as %d", taken)
		}
	})
}
