package client

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	acked = "event: ack\nid: 7-0\ndata: {\"orderId\":\"a\",\"device\":\"카운터\",\"at\":\"2024-07-27T20:00:09Z\"}\n\n"
	gap   = "event: gap\nid:\ndata: {\"after\":\"1-0\",\"oldest\":\"8-0\"}\n\n"
)

func withoutID(event string) string {
	lines := strings.Split(event, "\n")
	return strings.Join(append(lines[:1:1], lines[2:]...), "\n")
}

func TestWhatAStreamSaysIsStoredInItsOrder(t *testing.T) {
	const noID = "event: connect\ndata: connected\n\n"
	tests := []struct {
		name   string
		stream []string
		want   []string
	}{
		{"the connect event's ID is a position", []string{hello}, []string{"position 5-0"}},
		{"none is when open orders follow", []string{noID, placed("6-0", "42", "a")}, []string{"order a 6-0"}},
		{"one that no header can hold is none", []string{"id: 5-\x01\n" + noID}, nil},
		{"a confirmation", []string{noID, placed("6-0", "42", "a"), acked}, []string{"order a 6-0", "ack a 7-0"}},
		{"a gap comes before what there is", []string{noID, gap, placed("8-0", "42", "b")}, []string{"gap", "order b 8-0"}},
		{"an order without an ID does not get the one before", []string{hello, withoutID(placed("6-0", "42", "a")), placed("7-0", "42", "b")},
			[]string{"position 5-0", "order a", "order b 7-0"}},
		{"nor that of an event that was passed over", []string{noID, placed("6-0", "43", "a"), withoutID(placed("7-0", "42", "b"))},
			[]string{"order b"}},
		{"nor one from before a gap", []string{hello, gap, withoutID(placed("8-0", "42", "b"))}, []string{"position 5-0", "gap", "order b"}},
		{"nor does a gap that forgot to empty it", []string{hello, withoutID(gap), withoutID(placed("8-0", "42", "b"))},
			[]string{"position 5-0", "gap", "order b"}},
		{"a second connect event without an ID moves nothing", []string{hello, noID}, []string{"position 5-0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, func(w http.ResponseWriter, r *http.Request) {
					say(w, tt.stream...)
					stay(r)
				}, nil)
				s.now(time.Second)
				s.wantCalls(t, tt.want...)
			})
		})
	}
}

func TestAConfirmationSaysWhoAndWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			say(w, hello, acked)
			stay(r)
		}, nil)
		s.now(time.Second)
		want := time.Date(2024, 7, 27, 20, 0, 9, 0, time.UTC)
		if e := s.events[0]; e.By != "카운터" || e.Mart != "42" || !e.At.Equal(want) {
			t.Errorf("%+v", e)
		}
	})
}

func TestAfterAGapTheNextConnectAsksWithoutAnID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, _ *http.Request) { say(w, hello, gap) }, keeping)
		s.now(10 * time.Second)
		if got := s.requests[1].Header.Get("Last-Event-ID"); got != "" {
			t.Errorf("asked for %q", got)
		}
	})
}
