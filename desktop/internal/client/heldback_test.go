package client

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A hold is a relay that holds back the last bytes of a stream, or its last piece, until the next come.
type hold struct {
	http.ResponseWriter
	last int // bytes; lastPiece or nothingHeld
	held []byte
}

const lastPiece, nothingHeld = 0, -1

func (h *hold) Write(p []byte) (int, error) {
	all := append(h.held, p...)
	n := len(h.held)
	if h.last != lastPiece {
		n = len(all) - max(h.last, 0)
	}
	pass := all[:max(n, 0)]
	h.held = append([]byte{}, all[len(pass):]...)
	if _, err := h.ResponseWriter.Write(pass); err != nil {
		return 0, err
	}
	return len(p), http.NewResponseController(h.ResponseWriter).Flush()
}

// quietServer streams what is placed in a log, and a heartbeat every 20 s, through a hold.
func quietServer(log *fakeLog, last int, replay string, push bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		say(w)
		h := &hold{ResponseWriter: w, last: last}
		_, _ = io.WriteString(h, hello)
		if replay != "" {
			_, _ = io.WriteString(h, replay)
		}
		at := order.ID("5-0")
		beat, pushed := time.NewTicker(wire.Heartbeat), make(<-chan time.Time)
		defer beat.Stop()
		for {
			page, more := log.after(at, 1)
			for _, e := range page.Events {
				at = e.ID
				_, _ = io.WriteString(h, fmt.Sprintf("event: order\nid: %s\ndata: %s\n\n", e.ID, e.Data))
				if push {
					pushed = time.After(time.Second)
				}
				continue
			}
			select {
			case <-more:
			case <-beat.C:
				_, _ = io.WriteString(h, ":\n\n")
			case <-pushed:
				_, _ = io.WriteString(h, ":\n\n")
			case <-r.Context().Done():
				return
			}
		}
	}
}

func TestAnOrderOfWhichARelayHoldsBackTheEndIsNotLate(t *testing.T) {
	const replay = "event: order\nid: 5-0\ndata: {\"martId\":\"42\",\"orderId\":\"first\"}\n\n"
	tests := []struct {
		name   string
		last   int // bytes that are held back, or lastPiece
		replay string
		push   bool // the server sends a heartbeat after each event
		polls  bool // in the end
	}{
		{"the last byte", 1, "", false, true},
		{"some bytes", 16, "", false, true},
		{"some bytes, of a server that pushes", 16, "", true, true},
		{"the last piece, after a replay", lastPiece, replay, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := newFakeLog()
				for range 5 {
					log.place("old")
				}
				s := open(t, network(quietServer(log, tt.last, tt.replay, tt.push), log.ServeHTTP), keeping)
				s.wantConnected(t, 63*time.Second) // three heartbeats
				log.place("new")
				s.now(2 * time.Second)
				if got := s.orders(); len(got) == 0 || got[len(got)-1] != "new" {
					t.Errorf("orders %q", got)
				}
				if now := s.now(0); now.Name != ipc.Connected || (now.Detail != "") != tt.polls {
					t.Errorf("%+v", now)
				}
				for _, name := range s.seen(1) {
					if name != ipc.Connected {
						t.Errorf("people were told %s", name)
					}
				}
				log.place("newest")
				s.now(time.Second)
				if got := s.orders(); got[len(got)-1] != "newest" {
					t.Errorf("orders %q", got)
				}
			})
		})
	}
}

func TestAHealthyStreamIsNotDoubted(t *testing.T) {
	for name, push := range map[string]bool{"a server of before": false, "one that pushes": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := newFakeLog()
				for range 5 {
					log.place("old")
				}
				s := open(t, network(quietServer(log, nothingHeld, "", push), log.ServeHTTP), keeping)
				s.wantConnected(t, time.Second)
				for _, pause := range []time.Duration{7, 33, 60, 19, 21, 100} {
					s.now(pause * time.Second)
					log.place("new")
				}
				s.now(time.Minute)
				if polled, streams := s.polled(); polled != 0 || streams != 1 {
					t.Errorf("%d requests beside %d streams", polled, streams)
				}
			})
		})
	}
}

func TestARhythmIsLearned(t *testing.T) {
	begin := time.Date(2026, 7, 27, 12, 0, 0, 0, time.UTC)
	h := rhythm{period: 20 * time.Second, event: begin}
	for _, tt := range []struct {
		at  int // seconds
		odd bool
	}{
		{1, false}, {15, false}, {35, false}, {55, false}, // the first one tells when
		{62, true},              // something pushed it
		{75, true}, {88, false}, // another period
		{101, false}, {127, false}, // one did not come
		{128, true},
	} {
		if odd := h.isOdd(begin.Add(time.Duration(tt.at) * time.Second)); odd != tt.odd {
			t.Errorf("at %d s: %v", tt.at, odd)
		}
	}
	h = rhythm{period: 20 * time.Second, beat: begin, event: begin.Add(11 * time.Second)}
	if h.isOdd(begin.Add(31 * time.Second)) {
		t.Error("a period after an event")
	}
}
