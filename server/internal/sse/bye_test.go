package sse

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const revokedBye = "event: bye\ndata: {\"reason\":\"revoked\",\"retryMs\":60000}\n\n"

// An order that is waiting is not for a device that may not hear it any more; which of
// two things that are there a stream looks at first is left to chance.
func TestARevokedDeviceIsToldWithinAPageAndGetsNothingMore(t *testing.T) {
	tests := []struct {
		name   string
		at     string // the moment, and which of those
		nth    int
		revoke func(*memory)
		want   []string
	}{
		{"between the pages of the first reading", "after a page", 1, (*memory).revoke, numbers(1, 2)},
		{"when the first reading is done", "after a page", 2, (*memory).revoke, numbers(1, 3)},
		{"while it joins", "before joining", 1, (*memory).revoke, numbers(1, 3)},
		{"when it has just joined", "after joining", 1, (*memory).revoke, numbers(1, 3)},
		{"when it has just joined, with orders in its queue", "after joining", 1, func(m *memory) { m.happen(); m.revoke() }, numbers(1, 3)},
		{"after the second reading, with orders in its queue", "after a page", 3, func(m *memory) { m.happen(); m.revoke() }, numbers(1, 3)},
		{"live", "live", 1, (*memory).revoke, numbers(1, 3)},
		{"live, with orders in its queue", "live", 1, func(m *memory) { m.happen(); m.happen(); m.revoke() }, numbers(1, 3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 20 {
				m, n := newMemory(3), 0
				m.perPage = 2
				m.moment = func(what string) {
					if what != tt.at {
						return
					}
					if n++; n == tt.nth {
						tt.revoke(m)
					}
				}
				c := options(m)
				text := streamed(t, c, "0-0").Body.String()
				if got := orders(t, read(t, text)); !slices.Equal(got, tt.want) || c.delivered != len(tt.want) {
					t.Fatalf("got %v, delivered %d", got, c.delivered)
				}
				if !strings.HasSuffix(text, "\n\n"+revokedBye) || fmt.Sprint(c.ended) != "[revoked]" || m.joined() != 0 {
					t.Fatalf("ended %v, %d joined: %q", c.ended, m.joined(), text)
				}
			}
		})
	}
}

func TestADeviceThatIsRevokedWhileItsStreamEndsGetsNothingMore(t *testing.T) {
	for _, why := range []string{wire.ByeLifetime, wire.ByeExpired, wire.ByeRevoked} {
		m := newMemory(0)
		d, _ := m.Join(t.Context(), "42")
		m.happen()
		m.revoke()
		w := newRecorder()
		s := &session{stream: &stream{Handler: New(options(m).Options), sub: d}, out: newWriter(w, http.NewResponseController(w), time.Second)}
		if ended := s.bye(why); ended != wire.ByeRevoked || w.Body.String() != revokedBye {
			t.Errorf("%s: ended as %s: %q", why, ended, w.Body)
		}
	}
}

func TestARevokedDeviceIsRefused(t *testing.T) {
	tests := []struct {
		name, path string
		at         string // the moment of the revocation
	}{
		{"a stream", wire.EventsPath("42"), "before a page"},
		{"a poll", wire.OrdersPath("42"), "before a page"},
		{"a long poll that is about to wait", wire.OrdersPath("42") + "?after=1-0&wait=30", "before joining"},
		{"a long poll that has joined", wire.OrdersPath("42") + "?after=1-0&wait=30", "after joining"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(1)
			m.moment = func(what string) {
				if what == tt.at {
					m.revoke()
				}
			}
			c, w := options(m), newRecorder()
			mux(c).ServeHTTP(w, get(t, tt.path))
			isProblem(t, w.ResponseRecorder, http.StatusUnauthorized, wire.ProblemRevoked)
			if w.Header().Get("WWW-Authenticate") == "" || len(c.resumed)+len(c.ended) != 0 || m.joined() != 0 {
				t.Errorf("header %v, counted as a stream: %v, %v; %d joined", w.Header(), c.resumed, c.ended, m.joined())
			}
		})
	}
}

// A poll that an order woke reads the log, which takes its time.
func TestAPollThatIsRevokedWhileItsAnswerIsReadHasNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, pages := newMemory(1), 0
		m.moment = func(what string) {
			if what != "after a page" {
				return
			}
			if pages++; pages == 3 {
				m.shed(wire.ByeRevoked)
			}
		}
		defer time.AfterFunc(time.Second, m.happen).Stop()
		w := newRecorder()
		New(options(m).Options).Poll(w, get(t, wire.OrdersPath("42")+"?after=1-0&wait=30"))
		isProblem(t, w.ResponseRecorder, http.StatusUnauthorized, wire.ProblemRevoked)
	})
}

func TestAStreamEndsWhenItsTokenDoes(t *testing.T) {
	tests := []struct {
		name    string
		expires time.Duration // from the beginning of the stream
		lives   time.Duration
		want    []string // an order comes every minute, to start with there are three
	}{
		{"before it began", -time.Second, 0, numbers(1, 2)},
		{"just now", 0, 0, numbers(1, 2)},
		{"while it is live", 150 * time.Second, 150 * time.Second, numbers(1, 5)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory(3)
				m.perPage = 2
				start := time.Now()
				m.expires = start.Add(tt.expires)
				for n := range 5 {
					defer time.AfterFunc(time.Duration(n+1)*time.Minute, m.happen).Stop()
				}
				c := options(m)
				text := streamed(t, c, "0-0").Body.String()
				if got := orders(t, read(t, text)); !slices.Equal(got, tt.want) || time.Since(start) != tt.lives || m.joined() != 0 {
					t.Errorf("lived %v, got %v, %d joined", time.Since(start), got, m.joined())
				}
				if fmt.Sprint(c.ended) != "[expired]" || !strings.Contains(text, `{"reason":"expired","retryMs":`) {
					t.Errorf("ended %v: %q", c.ended, text)
				}
			})
		})
	}
}

func TestATokenThatOutlivesItsStreamDoesNotEndIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(0)
		c := options(m)
		start := time.Now()
		m.expires = start.Add(2*c.Lifetime + time.Second)
		streamed(t, c, "")
		if lived := time.Since(start); lived < c.Lifetime || lived > 2*c.Lifetime || fmt.Sprint(c.ended) != "[lifetime]" {
			t.Errorf("lived %v, ended %v", lived, c.ended)
		}
	})
}

// A device on a bad line may take longer for a long log than its stream may last, and
// has to come to its end nevertheless.
func TestAStreamWhoseTimeIsOverDuringAReadingEndsAfterThePageAndIsResumedFromThere(t *testing.T) {
	tests := []struct {
		name   string
		nth    int // the page that takes too long
		expire bool
		want   []string
	}{
		{"old, in the first reading", 2, false, numbers(1, 4)},
		{"old, at the end of the first reading", 4, false, numbers(1, 7)},
		{"its token has ended, at the first page", 1, true, numbers(1, 2)},
		{"its token has ended, in the first reading", 2, true, numbers(1, 4)},
		{"its token has ended, at the end of the first reading", 4, true, numbers(1, 7)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, pages := newMemory(7), 0
				m.perPage = 2
				c := options(m)
				why := wire.ByeLifetime
				if tt.expire {
					m.expires, why = time.Now().Add(time.Minute), wire.ByeExpired
				}
				m.moment = func(what string) {
					if what != "after a page" {
						return
					}
					if pages++; pages == tt.nth {
						time.Sleep(2*c.Lifetime + time.Second) // the bubble's time
					}
				}
				first := read(t, streamed(t, c, "0-0").Body.String())
				if got := orders(t, first); !slices.Equal(got, tt.want) || fmt.Sprint(c.ended) != "["+why+"]" || m.joined() != 0 {
					t.Fatalf("got %v, ended %v, %d joined", got, c.ended, m.joined())
				}
				m.expires = time.Time{}
				m.endWhenLive()
				last := order.ID(first[len(first)-1].LastEventID)
				again := orders(t, read(t, streamed(t, c, string(last)).Body.String()))
				if got := append(orders(t, first), again...); !slices.Equal(got, numbers(1, 7)) {
					t.Errorf("after %s came %v", last, again)
				}
			})
		})
	}
}

// A device that takes its time with a long log must not hold up the end of a pod.
func TestAReadingEndsAfterThePageWhenTheServerStopsAndIsResumedFromThere(t *testing.T) {
	m, pages := newMemory(7), 0
	m.perPage = 2
	c := options(m)
	m.moment = func(what string) {
		if what != "after a page" {
			return
		}
		if pages++; pages == 2 {
			m.drain()
		}
	}
	first := read(t, streamed(t, c, "0-0").Body.String())
	if got := orders(t, first); !slices.Equal(got, numbers(1, 4)) || fmt.Sprint(c.ended) != "[drain]" || m.joined() != 0 {
		t.Fatalf("got %v, ended %v, %d joined", got, c.ended, m.joined())
	}
	m.draining = false // another pod
	m.endWhenLive()
	last := first[len(first)-1].LastEventID
	if again := orders(t, read(t, streamed(t, c, last).Body.String())); !slices.Equal(again, numbers(5, 7)) {
		t.Errorf("after %s came %v", last, again)
	}
}

// The connection is at its end, as with net/http; what the stream held must not be.
func TestAStreamWhoseReadingPanicsGivesBackWhatItHeld(t *testing.T) {
	for _, at := range []string{"after a page", "live"} {
		m, pages := newMemory(3), 0
		m.perPage = 2
		c := options(m)
		m.moment = func(what string) {
			if what == "after a page" {
				pages++
			}
			if what == at && pages > 1 {
				panic(http.ErrAbortHandler)
			}
		}
		func() {
			defer func() {
				if err := recover(); err != http.ErrAbortHandler {
					t.Errorf("%s: %v", at, err)
				}
			}()
			streamed(t, c, "0-0")
		}()
		if c.there != 0 || c.left != 1 || m.joined() != 0 || fmt.Sprint(c.ended) != "[gone]" {
			t.Errorf("%s: %d visits, %d left, %d joined, ended %v", at, c.there, c.left, m.joined(), c.ended)
		}
	}
}
