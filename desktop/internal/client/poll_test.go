package client

import (
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// detected is within what time a store behind a network that swallows streams hears orders.
const detected = 30 * time.Second

func TestSwallowedStreamsArePolledAround(t *testing.T) {
	tests := []struct {
		name    string
		streams http.HandlerFunc
	}{
		{"headers and not a byte", swallow},
		{"no headers", hang},
		{"headers and an end", func(w http.ResponseWriter, _ *http.Request) { say(w); _ = http.NewResponseController(w).Flush() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := newFakeLog()
				log.place("a")
				s := open(t, network(tt.streams, log.ServeHTTP), keeping)
				s.wantConnected(t, detected)
				s.wantOrders(t, "a")
				for _, number := range []order.OrderID{"b", "c"} {
					log.place(string(number))
					s.now(100 * time.Millisecond)
					if got := s.orders(); !slices.Contains(got, number) {
						t.Errorf("%s did not come at once: %q", number, got)
					}
					s.now(40 * time.Second) // into the middle of a long poll
				}
				s.wantCalls(t, "order a 1-0", "position 1-0", "order b 2-0", "position 2-0", "order c 3-0", "position 3-0")
			})
		})
	}
}

func TestAfterTenMinutesOfPollingAStreamIsTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newFakeLog()
		var healed atomic.Bool
		s := open(t, network(func(w http.ResponseWriter, r *http.Request) {
			if !healed.Load() {
				swallow(w, r)
				return
			}
			say(w, hello, placed("6-0", "42", "by-stream"))
			beat(w, r)
		}, log.ServeHTTP), keeping)
		s.wantConnected(t, detected)
		known := len(s.states)
		s.now(tryStreamEvery + time.Minute)
		s.wantStreams(t, 3)
		log.place("by-poll")
		s.wantConnected(t, time.Second)
		if names := s.seen(known); len(names) != 0 {
			t.Errorf("people were told %q of a try", names)
		}
		healed.Store(true)
		if now := s.now(tryStreamEvery + time.Minute); now != (State{Name: ipc.Connected}) {
			t.Errorf("healed: %+v", now)
		}
		s.wantStreams(t, 4)
		s.wantOrders(t, "by-poll", "by-stream")
		before, _ := s.polled()
		s.now(30 * time.Second)
		if after, _ := s.polled(); after != before {
			t.Error("polls go on beside the stream")
		}
	})
}

func TestPollsBecomeShortWhereLongOnesAreSwallowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newFakeLog()
		s := open(t, network(swallow, func(w http.ResponseWriter, r *http.Request) {
			if waits(r) > 0 {
				hang(w, r)
				return
			}
			log.ServeHTTP(w, r)
		}), keeping)
		s.wantConnected(t, detected)
		s.wantConnected(t, 2*time.Minute)
		known, before := len(s.states), len(s.gaps())
		for i := range 20 {
			log.place(strconv.Itoa(i))
			s.now(shortPause)
			if got := len(s.orders()); got != i+1 {
				t.Fatalf("%d orders after %d", got, i+1)
			}
		}
		for _, gap := range s.gaps()[before:] {
			if gap < shortPause/2 || gap > shortPause {
				t.Errorf("gap %v", gap)
			}
		}
		if s.now(tryStreamEvery + 2*time.Minute); len(s.seen(known)) != 0 {
			t.Errorf("states %q", s.seen(known))
		}
		s.wantStreams(t, 3)
	})
}

func TestWhereNothingGetsThroughNobodyIsToldItDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var healed atomic.Bool
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			if !healed.Load() || polls(r) {
				hang(w, r)
				return
			}
			say(w, hello)
			beat(w, r)
		}, nil)
		if now := s.now(10 * time.Minute); now.Detail == "" || slices.Contains(s.seen(0), ipc.Connected) {
			t.Errorf("states %q, detail %q", s.seen(0), now.Detail)
		}
		if polled, streams := s.polled(); polled < 5 || streams < 5 {
			t.Errorf("%d polls, %d streams", polled, streams)
		}
		healed.Store(true)
		s.wantConnected(t, time.Minute)
	})
}

func TestAStreamOfWhichAnythingCameIsNotSwallowed(t *testing.T) {
	tests := []struct {
		name   string
		stream http.HandlerFunc
	}{
		{"a comment", func(w http.ResponseWriter, r *http.Request) { say(w, ":\n\n"); stay(r) }},
		{"a welcome", func(w http.ResponseWriter, _ *http.Request) { say(w, hello) }},
		{"an answer", status(502)},
		{"a cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, network(tt.stream, newFakeLog().ServeHTTP), nil)
				s.now(10 * time.Minute)
				if polled, _ := s.polled(); polled != 0 {
					t.Errorf("%d polls", polled)
				}
			})
		})
	}
}

func TestALongWayBehindIsReadPageByPageAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, want := newFakeLog(), []order.OrderID{}
		for i := range 3*pollLimit + 5 {
			log.place(strconv.Itoa(i))
			want = append(want, order.OrderID(strconv.Itoa(i)))
		}
		s := open(t, network(swallow, log.ServeHTTP), keeping)
		s.now(detected)
		s.wantOrders(t, want...)
	})
}

func TestEventsOfAPollAreTakenAsThoseOfAStream(t *testing.T) {
	const page = `{"events":[
		{"event":"gap","data":{"after":"9-0","oldest":"1-0"}},
		{"event":"order","id":"1-0","data":{"martId":"42","orderId":"a"}},
		{"event":"order","id":"2-0","data":{"martId":"43","orderId":"another-marts"}},
		{"event":"order","id":"3-0","data":"not an order"},
		{"event":"order","id":"4-0"},
		{"event":"order","id":5,"data":{"martId":"42","orderId":"b"}},
		{"event":7}, 8,
		{"event":"festival","id":"6-0","data":{}},
		{"event":"ack","id":"7-0","data":{"orderId":"a","device":"카운터"}},
		{"event":"order","id":"8-\n0","data":{"martId":"42","orderId":"c"}}],"last":"9-0","more":false}`
	synctest.Test(t, func(t *testing.T) {
		sent := false
		s := open(t, network(swallow, func(w http.ResponseWriter, r *http.Request) {
			if sent {
				stay(r)
			}
			sent = true
			answer(w, page)
		}), keeping)
		s.wantConnected(t, detected)
		s.wantCalls(t, "gap", "order a 1-0", "unreadable 3-0", "unreadable 4-0", "order b", "ack a 7-0", "order c", "position 9-0")
		if got := s.requests[len(s.requests)-1].FormValue("after"); got != "9-0" {
			t.Errorf("then asked after %q", got)
		}
	})
}
