package follow

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// open is a Follower that does not run.
func open(t testing.TB, url string) *Follower {
	t.Helper()
	l, err := eventlog.Open(url, eventlog.Options{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return New(l, quiet())
}

// until waits for what must become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for tick := time.NewTicker(5 * time.Millisecond); !is(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// must records an order.
func must(t *testing.T, f *Follower, mart order.MartID, number order.OrderID) (order.Event, bool) {
	t.Helper()
	e, duplicate, err := f.events.Record(t.Context(), order.Placement{Mart: mart, Order: number})
	if err != nil {
		t.Fatal(err)
	}
	return e, duplicate
}

func mustAck(t *testing.T, f *Follower, mart order.MartID, number order.OrderID, by string) order.Event {
	t.Helper()
	e, err := f.events.Ack(t.Context(), mart, number, by)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// newest is the last event in the log of a mart.
func newest(t *testing.T, f *Follower, mart order.MartID) order.Event {
	t.Helper()
	entries, err := f.client.XRevRangeN(t.Context(), eventlog.LogKey(mart), "+", "-", 1).Result()
	if err != nil {
		t.Fatal(err)
	}
	e, err := eventlog.ParseEntry(mart, entries[0].ID, entries[0].Values["event"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAckIsHeardByEveryPod(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		r, other := run(t, url), open(t, url)
		r.watch(t, "42")
		placed, _ := must(t, other, "42", "1001")
		acked := mustAck(t, other, "42", "1001", "카운터")
		acked.Of = placed.ID
		mustAck(t, other, "42", "1001", "주방")
		last, _ := must(t, other, "42", "1003")
		for _, want := range []order.Event{placed, acked, last} {
			if got := r.next(t); got != want {
				t.Errorf("heard %+v, want %+v", got, want)
			}
		}
	})
}

// A Redis that failed over may have lost an order that PCs show: one of them must silence the others.
func TestAnAckOfAnOrderThatTheLogHasLostIsHeard(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		r, other := run(t, url), open(t, url)
		r.watch(t, "42")
		got, err := other.events.AckAll(t.Context(), "42", []wire.AckOf{{ID: "5-1", OrderID: "1002"}}, "주방")
		if err != nil || got[0] != wire.OutcomeUnknown {
			t.Fatalf("%q, %v", got, err)
		}
		heard := r.next(t)
		if age := time.Since(heard.At); age < -time.Minute || age > time.Minute {
			t.Errorf("heard at %v", heard.At)
		}
		if heard.At = (time.Time{}); heard != (order.Event{Mart: "42", Order: "1002", Kind: order.Acked, Of: "5-1", By: "주방"}) {
			t.Errorf("heard %+v", heard)
		}
		placed, _ := must(t, other, "42", "1001")
		if got := r.next(t); got != placed {
			t.Errorf("then heard %+v, want %+v", got, placed)
		}
	})
}

func TestDetailsAreKeptAndHeard(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		r := run(t, url)
		r.watch(t, "42")
		details := order.Details{Summary: "김밥 2 \"곱빼기\" <b>", Amount: "12,000원", PlacedAt: time.Date(2026, 7, 27, 20, 0, 0, 123456789, time.UTC)}
		tests := map[order.OrderID]struct{ in, want order.Details }{
			"full":   {details, details},
			"none":   {order.Details{}, order.Details{}},
			"broken": {order.Details{Summary: "a\xff\nb" + strings.Repeat("c", 1<<20), PlacedAt: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}, order.Details{Summary: "a b" + strings.Repeat("c", 196) + "…"}},
			"zoned":  {order.Details{PlacedAt: details.PlacedAt.In(time.FixedZone("KST", 9*3600))}, order.Details{PlacedAt: details.PlacedAt}},
		}
		for number, tt := range tests {
			recorded, _, err := r.Follower.events.Record(t.Context(), order.Placement{Mart: "42", Order: number, Details: tt.in})
			if err != nil || recorded.Details != tt.want {
				t.Errorf("%s: recorded as %+v, %v", number, recorded, err)
			}
			if heard := r.next(t); heard != recorded {
				t.Errorf("%s: heard %+v, want %+v", number, heard, recorded)
			}
			if last := newest(t, r.Follower, "42"); last != recorded {
				t.Errorf("%s: the log has %+v", number, last)
			}
		}
	})
}
