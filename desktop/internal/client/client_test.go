package client

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

func TestConnectedOnlyOnceTheConnectEventWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			say(w, ": headers and a comment are no welcome\n\n")
			pause(r, 10*time.Second)
			say(w, hello)
			stay(r)
		}, nil)
		if now := s.now(9 * time.Second); now != (State{Name: ipc.Connecting}) {
			t.Errorf("before: %+v", now)
		}
		if now := s.now(2 * time.Second); now != (State{Name: ipc.Connected}) {
			t.Errorf("after: %+v", now)
		}
	})
}

func TestOrdersArriveInTheirOrderAndOthersArePassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			say(w, hello, placed("6-0", "42", "a"),
				"event: order\nid: 7-0\ndata: not JSON\n\n",
				placed("8-0", "43", "another mart's"),
				"event: festival\nid: 9-0\ndata: from a newer server\n\n",
				"data: an event without a type\n\n",
				strings.ReplaceAll(placed("10-0", "42", "b"), "\n", "\r\n"),
				"event: order\nid: 11-\x01\ndata: {\"martId\":\"42\",\"orderId\":\"c\"}\n\n")
			stay(r)
		}, nil)
		s.wantConnected(t, time.Second)
		s.wantOrders(t, "a", "b", "c")
		if id := s.events[1].ID; id != "10-0" {
			t.Errorf("ID %q", id)
		}
		if id := s.events[2].ID; id != "" {
			t.Errorf("an ID that no header can hold was passed on: %q", id)
		}
	})
}

func TestEachConnectResumesAfterTheStoredID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ids := []order.ID{"", "6-0", "7-\n0", "8-0"}
		n := -1
		s := open(t, func(w http.ResponseWriter, _ *http.Request) { say(w, hello) }, func(f *Client) {
			f.LastID = func() order.ID { n = min(n+1, len(ids)-1); return ids[n] }
		})
		s.now(10 * time.Minute)
		for i, want := range []string{"", "6-0", "", "8-0"} {
			if got := s.requests[i].Header.Get("Last-Event-ID"); got != want {
				t.Errorf("connect %d asked for %q, want %q", i, got, want)
			}
		}
		if path := s.requests[0].URL.Path; path != "/v1/marts/42/events" {
			t.Errorf("path %s", path)
		}
	})
}

func TestAnUnfinishedLastEventIsNotDelivered(t *testing.T) {
	for _, tt := range []struct{ name, cut string }{
		{"in the middle of its data", strings.TrimSuffix(placed("7-0", "42", "cut"), "\"}\n\n")},
		{"before its last line's end", strings.TrimSuffix(placed("7-0", "42", "cut"), "\n\n")},
		{"before its blank line", strings.TrimSuffix(placed("7-0", "42", "cut"), "\n")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, func(w http.ResponseWriter, _ *http.Request) {
					say(w, hello, placed("6-0", "42", "whole"), tt.cut)
				}, nil)
				s.now(100 * time.Millisecond)
				s.wantOrders(t, "whole")
			})
		})
	}
}

func TestStoringSlowlyIsNotSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			say(w, hello, placed("6-0", "42", "a"))
			stay(r)
		}, func(f *Client) { f.Events = func([]order.Event) { time.Sleep(10 * time.Minute) } })
		s.wantConnected(t, 10*time.Minute+10*time.Second)
		if len(s.requests) != 1 {
			t.Errorf("%d connects", len(s.requests))
		}
	})
}

func TestRunRefusesWhatMakesNoAddress(t *testing.T) {
	for _, f := range []*Client{
		{Server: "", Mart: "42"}, {Server: "host", Mart: "42"}, {Server: "ftp://host", Mart: "42"},
		{Server: "http://", Mart: "42"}, {Server: "http://host", Mart: ""}, {Server: "http://host", Mart: "4 2"},
	} {
		if err := f.Run(t.Context()); err == nil {
			t.Errorf("%q, %q: no error", f.Server, f.Mart)
		}
	}
}
