package client

import (
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// promised is within what time a client that reconnects is connected, if the server is there.
const promised = 5 * time.Second

// later answers by before, until it is healed, and then by after.
func later(healed *atomic.Bool, before, after http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if healed.Load() {
			after(w, r)
		} else {
			before(w, r)
		}
	}
}

func welcome(w http.ResponseWriter, r *http.Request) { say(w, hello); beat(w, r) }

// nothing answers polls: there are no orders. Its log is of the bubble that asks.
func nothing(w http.ResponseWriter, r *http.Request) { newFakeLog().ServeHTTP(w, r) }

func TestAHurriedFeedWaitsForNothing(t *testing.T) {
	tests := []struct {
		name   string
		before http.HandlerFunc
		wait   time.Duration // into it
		state  string        // by then
	}{
		{"a server that was away for long", status(503), 10*time.Minute + time.Second, ipc.Connecting},
		{"one that asked for a minute", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(503)
		}, 2 * time.Second, ipc.Connecting},
		{"one that refused", status(403), 2 * time.Second, ipc.Refused},
		{"one that has not answered yet", hang, 5 * time.Second, ipc.Connecting},
		{"a stream of which nothing came yet", swallow, 5 * time.Second, ipc.Connecting},
		{"a stream that is dead, and looks well", func(w http.ResponseWriter, r *http.Request) { say(w, hello); stay(r) }, 40 * time.Second, ipc.Connected},
		{"a stream in the middle of an event", func(w http.ResponseWriter, r *http.Request) { say(w, hello, "event: ord"); stay(r) }, 2 * time.Second, ipc.Connected},
		{"a long poll that is held back", network(swallow, nothing), detected + 10*time.Second, ipc.Connected},
		{"polls that get no answer any more", network(swallow, func(w http.ResponseWriter, r *http.Request) {
			if waits(r) > 0 {
				stay(r)
			}
			nothing(w, r)
		}), detected + 10*time.Second, ipc.Connected},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var healed atomic.Bool
				s := open(t, later(&healed, tt.before, network(welcome, nothing)), keeping)
				if now := s.now(tt.wait); now.Name != tt.state {
					t.Fatalf("%+v, want %s", now, tt.state)
				}
				healed.Store(true)
				known := len(s.seen(0))
				_, streams := s.polled()
				s.Reconnect()
				s.wantConnected(t, promised)
				if names := s.seen(known); len(names) == 0 || names[len(names)-1] != ipc.Connected || (tt.state == ipc.Connected && names[0] != ipc.Connecting) {
					t.Errorf("people saw %q", names)
				}
				s.wantStreams(t, streams+1)
			})
		})
	}
}

func TestAHurryIsFollowedByShortWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var healed atomic.Bool
		s := open(t, later(&healed, status(503), welcome), nil)
		s.now(10*time.Minute + time.Second)
		s.Reconnect() // it wakes before its network does
		s.now(3 * time.Second)
		healed.Store(true)
		s.wantConnected(t, promised)
	})
}

func TestHurryingOftenIsNoStorm(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"streams": welcome, "polls": network(swallow, nothing), "nobody": status(503),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, handler, keeping)
				s.now(detected)
				before := len(s.gaps())
				for range 1000 {
					for range 3 {
						go s.Reconnect()
					}
					s.now(10 * time.Millisecond)
				}
				// In ten seconds: each may bring a poll and a stream, or a second and a third try.
				if n := len(s.gaps()) - before; n < 9 || n > 33 {
					t.Errorf("%d requests", n)
				}
				if s.now(2 * time.Second); name == "streams" {
					s.wantConnected(t, 0)
				}
			})
		})
	}
}

func TestASecondHurryIsNotForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var healed atomic.Bool
		s := open(t, later(&healed, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(503)
		}, welcome), nil)
		s.now(time.Second)
		s.Reconnect()
		s.now(reconnectPause / 2)
		healed.Store(true)
		s.Reconnect()
		s.wantConnected(t, reconnectPause)
	})
}

func TestAHurryBeforeOrAfterRunIsNothing(t *testing.T) {
	(&Client{}).Reconnect()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, welcome, (*Client).Reconnect)
		s.wantConnected(t, time.Minute)
		s.wantStreams(t, 1)
		s.stop()
		synctest.Wait()
		s.Reconnect()
		s.Reconnect()
		if s.now(time.Minute); !s.ended.Load() {
			t.Error("Run goes on")
		}
		s.wantStreams(t, 1)
	})
}

func TestARevokedTokenIsNotTriedInAHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, revoked, kept("a.b.c"))
		s.now(time.Second)
		s.Reconnect()
		if now := s.now(time.Minute); now.Reason != ipc.RefusedRevoked {
			t.Errorf("%+v", now)
		}
		s.wantStreams(t, 1)
	})
}

// stream serves the log as a stream, each time until a network cuts it.
func (s *fakeLog) stream(w http.ResponseWriter, r *http.Request) {
	last := order.ID(r.Header.Get("Last-Event-ID"))
	say(w, "event: connect\ndata: connected\n\n")
	for r.Context().Err() == nil {
		page, more := s.after(last, 1)
		for _, e := range page.Events {
			last = e.ID
			say(w, fmt.Sprintf("event: order\nid: %s\ndata: %s\n\n", e.ID, e.Data))
		}
		if len(page.Events) == 0 {
			select {
			case <-more:
			case <-r.Context().Done():
			}
		}
	}
}

func TestHurryingLosesAndRepeatsNothing(t *testing.T) {
	for name, way := range map[string]func(*fakeLog) http.HandlerFunc{
		"streams": func(s *fakeLog) http.HandlerFunc { return s.stream },
		"polls":   func(s *fakeLog) http.HandlerFunc { return network(swallow, s.ServeHTTP) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log, want := newFakeLog(), []order.OrderID{}
				slow := func(f *Client) {
					keeping(f)
					store := f.Events
					f.Events = func(read []order.Event) { time.Sleep(30 * time.Millisecond); store(read) }
				}
				s := open(t, way(log), slow)
				s.wantConnected(t, detected)
				for i := range 500 {
					number := strconv.Itoa(i)
					log.place(number)
					want = append(want, order.OrderID(number))
					s.Reconnect()
					s.now(170 * time.Millisecond)
				}
				s.now(detected)
				s.wantOrders(t, want...)
			})
		})
	}
}

func TestAStreamThatWasCutInAHurryIsNotSwallowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, network(swallow, nothing), nil)
		for range 2 * tryOtherAfter {
			s.now(3 * time.Second)
			s.Reconnect()
		}
		s.now(time.Second)
		if polled, _ := s.polled(); polled != 0 {
			t.Errorf("%d polls", polled)
		}
	})
}
