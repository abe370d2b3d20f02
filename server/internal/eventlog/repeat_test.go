package eventlog

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A repeatCase is a case of shared/order/testdata/repeats.json: an order was recorded, and another
// one with its number comes.
type repeatCase struct {
	Name                string
	First, Next         repeatFields
	ConfirmedMinutesAgo int // 0: it is open
	Repeat              bool
}

type repeatFields struct {
	Key, Summary, Amount string
	PlacedAt             time.Time
}

func (f repeatFields) placement() order.Placement {
	return order.Placement{Mart: "42", Order: "1001", Key: f.Key, Details: order.Details{Summary: f.Summary, Amount: f.Amount, PlacedAt: f.PlacedAt}}
}

func TestTheScriptAndTheDeviceHaveOneRuleOfRepeats(t *testing.T) {
	body, err := os.ReadFile("../../../shared/order/testdata/repeats.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []repeatCase
	if err := json.Unmarshal(body, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	var checks []check
	for _, c := range cases {
		checks = append(checks, check{c.Name, c.run})
	}
	onAll(t, checks)
}

func (c repeatCase) run(t *testing.T, l *Log) {
	first := recordNew(t, l, c.First.placement())
	if c.ConfirmedMinutesAgo > 0 {
		mustAck(t, l, "42", "1001", "카운터")
		acked := time.Now().Add(-time.Duration(c.ConfirmedMinutesAgo) * time.Minute).UnixMilli()
		l.client.Set(t.Context(), seenKey("42", "1001"), fmt.Sprintf("%s %d-0", first.ID, acked), time.Hour)
	}
	want := wire.ForecastRings
	if c.Repeat {
		want = wire.ForecastRepeat
	}
	holdForecast(t, l, c.Next.placement(), want)
	next, duplicate, err := l.Record(t.Context(), c.Next.placement())
	if err != nil || duplicate != c.Repeat || duplicate != (next.ID == first.ID) {
		t.Errorf("recorded as %+v, duplicate %v, %v; the first is %s", next, duplicate, err, first.ID)
	}
	if c.First.Key == "" || c.First.Key != c.Next.Key {
		return
	}
	other := c.Next.placement()
	other.Order = "2002"
	if e, duplicate, err := l.Record(t.Context(), other); err != nil || !duplicate || e.ID != first.ID {
		t.Errorf("with another number the key is recorded as %+v, %v, %v", e, duplicate, err)
	}
}

// holdForecast checks what Foresee says: the caller then shows that Record does it.
func holdForecast(t *testing.T, l *Log, p order.Placement, want string) {
	t.Helper()
	if f, err := l.Foresee(t.Context(), p); err != nil || f.Outcome != want {
		t.Errorf("%+v is foreseen as %+v, %v; want %q", p, f, err, want)
	}
}

// recordNew records an order that is new.
func recordNew(t *testing.T, l *Log, p order.Placement) order.Event {
	t.Helper()
	e, duplicate, err := l.Record(t.Context(), p)
	if err != nil || duplicate {
		t.Fatalf("%+v: %+v, duplicate %v, %v", p, e, duplicate, err)
	}
	return e
}

func of(number order.OrderID, amount string) order.Placement {
	return order.Placement{Mart: "42", Order: number, Details: order.Details{Amount: amount}}
}

func TestOrdersWithOneNumber(t *testing.T) {
	onAll(t, []check{
		{"both are open until each is confirmed", func(t *testing.T, l *Log) {
			one, two := recordNew(t, l, of("1001", "1")), recordNew(t, l, of("1001", "2"))
			holdOpen(t, l, one.ID, two.ID)
			ackByID(t, l, one, "confirmed")
			holdOpen(t, l, two.ID)
			ackByID(t, l, two, "confirmed")
			holdOpen(t, l)
			ackByID(t, l, two, "already")
		}},
		{"each is repeated by its own repeat", func(t *testing.T, l *Log) {
			one, two := recordNew(t, l, of("1001", "1")), recordNew(t, l, of("1001", "2"))
			for _, p := range []struct {
				amount string
				want   order.ID
			}{{"1", one.ID}, {"2", two.ID}, {"", two.ID}} {
				if e, duplicate, err := l.Record(t.Context(), of("1001", p.amount)); err != nil || !duplicate || e.ID != p.want {
					t.Errorf("amount %q is recorded as %+v, %v, %v", p.amount, e, duplicate, err)
				}
			}
		}},
		{"a device that knows only the number confirms the newest", func(t *testing.T, l *Log) {
			one, _ := recordNew(t, l, of("1001", "1")), recordNew(t, l, of("1001", "2"))
			mustAck(t, l, "42", "1001", "")
			holdOpen(t, l, one.ID)
		}},
		{"more than are remembered are all recorded, and can be confirmed", func(t *testing.T, l *Log) {
			var all []order.Event
			for i := range 100 {
				all = append(all, recordNew(t, l, of("1001", fmt.Sprint(i))))
			}
			for _, e := range all {
				ackByID(t, l, e, "confirmed")
			}
			holdOpen(t, l)
		}},
		{"one that is older than what is remembered can be confirmed", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			l.client.Del(t.Context(), seenKey("42", "1001"))
			ackByID(t, l, e, "confirmed")
			ackByID(t, l, e, "already")
			holdOpen(t, l)
		}},
		{"an answer never silences an order that is recorded after it", func(t *testing.T, l *Log) {
			one := recordNew(t, l, of("1001", "1"))
			ackByID(t, l, one, "confirmed")
			two := recordNew(t, l, of("1001", "2"))
			ackByID(t, l, one, "already")
			holdOpen(t, l, two.ID)
		}},
		{"one key for two numbers is counted", func(t *testing.T, l *Log) {
			recordNew(t, l, order.Placement{Mart: "42", Order: "1001", Key: "a"})
			for _, number := range []order.OrderID{"1001", "1002"} {
				if _, duplicate, err := l.Record(t.Context(), order.Placement{Mart: "42", Order: number, Key: "a"}); err != nil || !duplicate {
					t.Errorf("%s: duplicate %v, %v", number, duplicate, err)
				}
			}
			if n := l.Repeats(); n != 1 {
				t.Errorf("%d repeats that differ, want 1", n)
			}
		}},
		{"two within one millisecond are two", func(t *testing.T, l *Log) {
			for i := range 1000 {
				number := order.OrderID(fmt.Sprint(i))
				one, _, err := l.Record(t.Context(), of(number, "1"))
				if err != nil {
					t.Fatal(err)
				}
				two, _, err := l.Record(t.Context(), of(number, "2"))
				if err != nil {
					t.Fatal(err)
				}
				if !one.At.Equal(two.At) {
					continue
				}
				withdraw(t, l, of(number, "2"))
				readWithdrawal(t, l, two, "confirmed")
				page, err := l.Page(t.Context(), "42", "", 10_000)
				if err != nil || !slices.ContainsFunc(page.Events, func(e order.Event) bool { return e.ID == one.ID }) ||
					slices.ContainsFunc(page.Events, func(e order.Event) bool { return e.ID == two.ID }) {
					t.Errorf("the first one, %s, is closed, or the second one is open: %v", one.ID, err)
				}
				return
			}
			t.Skip("no two came within one millisecond")
		}},
		{"what is remembered by a server of before is understood", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			l.client.Set(t.Context(), seenKey("42", "1001"), string(e.ID), time.Hour)
			if again, duplicate := must(t, l, "42", "1001"); !duplicate || again.ID != e.ID {
				t.Errorf("again: %+v, %v", again, duplicate)
			}
			ackByID(t, l, e, "confirmed")
		}},
	})
}

func ackByID(t *testing.T, l *Log, e order.Event, want string) {
	t.Helper()
	got, err := l.AckAll(t.Context(), e.Mart, ackOf(e), "카운터")
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("acked with the outcome %q, %v; want %q", got, err, want)
	}
}

// holdOpen checks which orders of mart 42 are open, by every way to read it.
func holdOpen(t *testing.T, l *Log, want ...order.ID) {
	t.Helper()
	open, err := l.Page(t.Context(), "42", "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	all, err := l.Page(t.Context(), "42", Beginning, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var unconfirmed []order.Event
	for _, e := range all.Events {
		if e.Kind == order.Placed && !e.Confirmed {
			unconfirmed = append(unconfirmed, e)
		}
	}
	for name, got := range map[string][]order.Event{"the open ones": open.Events, "the replay": unconfirmed} {
		var ids []order.ID
		for _, e := range got {
			ids = append(ids, e.ID)
		}
		if fmt.Sprint(ids) != fmt.Sprint(want) {
			t.Errorf("%s are %v, want %v", name, ids, want)
		}
	}
}
