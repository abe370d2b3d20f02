package client

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

func TestAServerThatStopsAnsweringPollsIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newFakeLog()
		var ill atomic.Bool
		s := open(t, network(swallow, func(w http.ResponseWriter, r *http.Request) {
			if ill.Load() {
				w.Header().Set("Retry-After", "8")
				w.WriteHeader(503)
				return
			}
			log.ServeHTTP(w, r)
		}), keeping)
		s.wantConnected(t, detected)
		ill.Store(true)
		if now := s.now(longPoll + time.Second); now.Name != ipc.Connecting || !strings.Contains(now.Detail, "503 Service Unavailable") {
			t.Errorf("%+v", now)
		}
		before := len(s.gaps())
		s.now(2 * time.Minute)
		for _, gap := range s.gaps()[before:] {
			if gap < 8*time.Second {
				t.Errorf("gap %v, although 8 s were asked for", gap)
			}
		}
		ill.Store(false)
		s.wantConnected(t, time.Minute)
	})
}

func TestAServerThatMisbehavesWhenPolled(t *testing.T) {
	const one = `{"events":[{"event":"order","id":"1-0","data":{"martId":"42","orderId":"a"}}],"last":"1-0","more":%v}`
	tests := []struct {
		name   string
		answer http.HandlerFunc
		state  string
		detail string
		most   int // requests in two minutes
	}{
		{"no JSON", func(w http.ResponseWriter, _ *http.Request) { answer(w, "sorry") }, ipc.Connecting, errNotServer.Error(), 20},
		{"other JSON", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"ok":true}`) }, ipc.Connecting, errNotServer.Error(), 20},
		{"a list", func(w http.ResponseWriter, _ *http.Request) { answer(w, `[]`) }, ipc.Connecting, errNotServer.Error(), 20},
		{"a login page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!DOCTYPE html>") }, ipc.Connecting,
			`what answers is not an order server, but "text/html"`, 40},
		{"an answer that never ends", endlessly, ipc.Connecting, errTooLong.Error(), 20},
		{"an answer that stops in the middle", func(w http.ResponseWriter, r *http.Request) {
			answer(w, `{"events":[`)
			_ = http.NewResponseController(w).Flush()
			stay(r)
		}, ipc.Connecting, "answer broke: " + errNoAnswer.Error(), 20},
		{"a server without this path", status(404), ipc.Connecting, errNotServer.Error() + " (404 Not Found)", 20},
		{"a refusal of its own", refusal(401, wire.ProblemPrefix+"festival", "words"), ipc.Refused, "401 Unauthorized: words", 5},
		{"a login page that refuses", status(401), ipc.Refused, errBlocked.Error() + " (401 Unauthorized)", 40},
		{"the same page for ever, with more behind it", func(w http.ResponseWriter, _ *http.Request) { answer(w, fmt.Sprintf(one, true)) },
			ipc.Connecting, errRepeats.Error(), 20},
		{"nothing, with more behind it", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"events":[],"last":"","more":true}`) },
			ipc.Connecting, errRepeats.Error(), 20},
		{"pages that go round in circles", circling(), ipc.Connecting, errRepeats.Error(), 40},
		{"the same page for ever", func(w http.ResponseWriter, _ *http.Request) { answer(w, fmt.Sprintf(one, false)) }, ipc.Connected, errHeldBack.Error(), 80},
		{"long polls that are not held back", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"events":[],"last":"1-0","more":false}`) },
			ipc.Connected, errHeldBack.Error(), 80},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, network(swallow, tt.answer), keeping)
				s.now(detected)
				before := len(s.gaps())
				s.now(2 * time.Minute)
				if n := len(s.gaps()) - before; n > tt.most {
					t.Errorf("%d requests in two minutes", n)
				}
				if !slices.Contains(s.states, State{Name: tt.state, Detail: line(tt.detail)}) {
					t.Errorf("states %+v, want %s %q among them", s.states, tt.state, tt.detail)
				}
				if names := s.seen(0); tt.state != ipc.Connected && names[len(names)-1] == ipc.Connected {
					t.Errorf("looks connected: %q", names)
				}
			})
		})
	}
}

func endlessly(w http.ResponseWriter, r *http.Request) {
	answer(w, `{"events":[`)
	for r.Context().Err() == nil {
		if _, err := io.WriteString(w, `{"event":"festival","data":{}},`); err != nil {
			return
		}
	}
}

func circling() http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, _ *http.Request) {
		n++
		answer(w, fmt.Sprintf(`{"events":[],"last":"%d-0","more":true}`, 1+n%3))
	}
}
