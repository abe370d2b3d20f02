package eventlog

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func ackOf(e order.Event) []wire.AckOf { return []wire.AckOf{{ID: e.ID, OrderID: e.Order}} }

func withdraw(t *testing.T, l *Log, p order.Placement) (order.Event, bool) {
	t.Helper()
	p.Mart, p.Cancelled = "42", true
	e, duplicate, err := l.Record(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return e, duplicate
}

// whatHappened is the kinds of the events in the log, and which order each is about.
func whatHappened(t *testing.T, l *Log, orders ...order.Event) string {
	t.Helper()
	var all []string
	for _, e := range stored(t, l, "42") {
		of := e.ID
		if e.Kind != order.Placed {
			of = e.Of
		}
		n := -1
		for i, o := range orders {
			if o.ID == of {
				n = i
			}
		}
		all = append(all, fmt.Sprintf("%s %d", e.Kind, n))
	}
	return strings.Join(all, ", ")
}

func TestWithdrawing(t *testing.T) {
	onAll(t, []check{
		{"an order that rings is closed, and its devices are told", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", "1"))
			if got, duplicate := withdraw(t, l, of("1001", "")); duplicate || got.Kind != order.Cancelled {
				t.Errorf("withdrawn as %+v, %v", got, duplicate)
			}
			holdOpen(t, l)
			if _, duplicate := withdraw(t, l, of("1001", "")); !duplicate {
				t.Error("withdrawn twice")
			}
			if got := whatHappened(t, l, e); got != "order 0, cancel 0" {
				t.Error(got)
			}
		}},
		{"a person confirms that it was read", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", "1"))
			withdraw(t, l, of("1001", ""))
			ackByID(t, l, e, "already") // by one who had not heard of it
			mustAck(t, l, "42", "1001", "카운터")
			readWithdrawal(t, l, e, "confirmed")
			readWithdrawal(t, l, e, "already")
			if got := whatHappened(t, l, e); got != "order 0, cancel 0, ack 0" {
				t.Error(got)
			}
		}},
		{"also an order that was confirmed: somebody is cooking it", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", "1"))
			ackByID(t, l, e, "confirmed")
			withdraw(t, l, of("1001", ""))
			if got := whatHappened(t, l, e); got != "order 0, ack 0, cancel 0" {
				t.Error(got)
			}
		}},
		{"of two with one number, the one that is meant", func(t *testing.T, l *Log) {
			one, two := recordNew(t, l, of("1001", "1")), recordNew(t, l, of("1001", "2"))
			withdraw(t, l, of("1001", "1"))
			holdOpen(t, l, two.ID)
			withdraw(t, l, of("1001", "1"))
			if got := whatHappened(t, l, one, two); got != "order 0, order 1, cancel 0" {
				t.Error(got)
			}
		}},
		{"not another one that is open", func(t *testing.T, l *Log) {
			one := recordNew(t, l, of("1001", "1"))
			withdraw(t, l, of("1001", "2"))
			holdOpen(t, l, one.ID)
		}},
		{"one that is older than what is remembered", func(t *testing.T, l *Log) {
			recordNew(t, l, of("1001", "1"))
			l.client.Del(t.Context(), seenKey("42", "1001"))
			withdraw(t, l, of("1001", "1"))
			holdOpen(t, l)
		}},
		{"a repeat of the newest does not withdraw an older one", func(t *testing.T, l *Log) {
			one := recordNew(t, l, order.Placement{Mart: "42", Order: "1001", Key: "a"})
			two := recordNew(t, l, order.Placement{Mart: "42", Order: "1001", Key: "b"})
			withdraw(t, l, of("1001", ""))
			withdraw(t, l, of("1001", ""))
			if got := whatHappened(t, l, one, two); got != "order 0, order 1, cancel 1" {
				t.Error(got)
			}
		}},
		{"by its key alone", func(t *testing.T, l *Log) {
			one := recordNew(t, l, order.Placement{Mart: "42", Order: "1001", Key: "a"})
			two := recordNew(t, l, order.Placement{Mart: "42", Order: "1001", Key: "b"})
			withdraw(t, l, order.Placement{Key: "a"})
			holdOpen(t, l, two.ID)
			if got := whatHappened(t, l, one, two); got != "order 0, order 1, cancel 0" {
				t.Error(got)
			}
		}},
		{"before it was recorded, by its number", func(t *testing.T, l *Log) {
			withdraw(t, l, of("1001", ""))
			holdNeverRings(t, l, of("1001", "1"))
		}},
		{"before it was recorded, and another order of the number rings", func(t *testing.T, l *Log) {
			withdraw(t, l, of("1001", "1"))
			holdForecast(t, l, of("1001", "1"), wire.ForecastRepeat)
			holdForecast(t, l, of("1001", "2"), wire.ForecastRings)
			holdOpen(t, l, recordNew(t, l, of("1001", "2")).ID)
			if _, duplicate, err := l.Record(t.Context(), of("1001", "1")); err != nil || !duplicate {
				t.Errorf("the withdrawn one was recorded: %v, %v", duplicate, err)
			}
			if _, duplicate := withdraw(t, l, of("1001", "1")); !duplicate {
				t.Error("withdrawn twice")
			}
		}},
		{"before it was recorded, by its key", func(t *testing.T, l *Log) {
			withdraw(t, l, order.Placement{Order: "1001", Key: "a"})
			holdNeverRings(t, l, order.Placement{Mart: "42", Order: "1001", Key: "a"})
			recordNew(t, l, order.Placement{Mart: "42", Order: "1001", Key: "b"})
		}},
		{"before it was recorded, by key and number, and it comes without the key", func(t *testing.T, l *Log) {
			withdraw(t, l, order.Placement{Order: "1001", Key: "a"})
			holdNeverRings(t, l, of("1001", "1"))
		}},
		{"before it was recorded, by its key alone", func(t *testing.T, l *Log) {
			withdraw(t, l, order.Placement{Key: "a"})
			holdNeverRings(t, l, order.Placement{Mart: "42", Order: "1001", Key: "a"})
		}},
		{"by the key of a repeat of an order that had none", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			if _, duplicate, err := l.Record(t.Context(), order.Placement{Mart: "42", Order: "1001", Key: "a"}); err != nil || !duplicate {
				t.Fatalf("duplicate %v, %v", duplicate, err)
			}
			withdraw(t, l, order.Placement{Key: "a"})
			if got := whatHappened(t, l, e); got != "order 0, cancel 0" {
				t.Error(got)
			}
		}},
		{"by its key alone while it is recorded", func(t *testing.T, l *Log) {
			for i := range 100 {
				p := order.Placement{Mart: "42", Order: "1001", Key: fmt.Sprint(i)}
				recorded := make(chan error)
				go func() {
					_, _, err := l.Record(t.Context(), p)
					recorded <- err
				}()
				withdraw(t, l, order.Placement{Key: p.Key})
				if err := <-recorded; err != nil {
					t.Fatal(err)
				}
			}
			holdOpen(t, l)
		}},
		{"the number may be used again an hour later", func(t *testing.T, l *Log) {
			withdraw(t, l, of("1001", ""))
			long := time.Now().Add(-61 * time.Minute).UnixMilli()
			l.client.Set(t.Context(), seenKey("42", "1001"), fmt.Sprintf("0-0 %d-0 c", long), time.Hour)
			recordNew(t, l, of("1001", ""))
		}},
	})
}

func readWithdrawal(t *testing.T, l *Log, e order.Event, want string) {
	t.Helper()
	got, err := l.AckAll(t.Context(), e.Mart, []wire.AckOf{{ID: e.ID, OrderID: e.Order, Withdrawn: true}}, "카운터")
	if err != nil || got[0] != want {
		t.Errorf("read with the outcome %q, %v; want %q", got, err, want)
	}
}

func holdNeverRings(t *testing.T, l *Log, p order.Placement) {
	t.Helper()
	if e, duplicate, err := l.Record(t.Context(), p); err != nil || !duplicate || e.ID != Beginning {
		t.Errorf("recorded as %+v, %v, %v", e, duplicate, err)
	}
	holdOpen(t, l)
}

func TestReopening(t *testing.T) {
	onAll(t, []check{
		{"an order rings again", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			ackByID(t, l, e, "confirmed")
			reopenIt(t, l, e, nil)
			holdOpen(t, l, e.ID)
			reopenIt(t, l, e, nil)
			ackByID(t, l, e, "confirmed")
			holdOpen(t, l)
			if got := whatHappened(t, l, e); got != "order 0, ack 0, reopen 0, ack 0" {
				t.Error(got)
			}
		}},
		{"not when a minute is over", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			ackByID(t, l, e, "confirmed")
			long := time.Now().Add(-61 * time.Second).UnixMilli()
			l.client.Set(t.Context(), seenKey("42", "1001"), fmt.Sprintf("%s %d-0", e.ID, long), time.Hour)
			reopenIt(t, l, e, ErrTooLate)
			holdOpen(t, l)
		}},
		{"not after a withdrawal", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			withdraw(t, l, of("1001", ""))
			reopenIt(t, l, e, ErrTooLate)
			readWithdrawal(t, l, e, "confirmed")
			reopenIt(t, l, e, ErrTooLate)
			holdOpen(t, l)
		}},
		{"not one that nobody knows", func(t *testing.T, l *Log) {
			reopenIt(t, l, order.Event{Mart: "42", Order: "1001", ID: "1-0"}, ErrTooLate)
			if keys := l.client.Keys(t.Context(), "jumun:*").Val(); len(keys) > 0 {
				t.Errorf("it leaves %q behind", keys)
			}
		}},
		{"also one that is older than what is remembered", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			l.client.Del(t.Context(), seenKey("42", "1001"))
			ackByID(t, l, e, "confirmed")
			reopenIt(t, l, e, nil)
			holdOpen(t, l, e.ID)
		}},
	})
}

func reopenIt(t *testing.T, l *Log, e order.Event, want error) {
	t.Helper()
	if err := l.Reopen(t.Context(), e.Mart, ackOf(e)[0], "카운터"); !errors.Is(err, want) {
		t.Errorf("reopened: %v, want %v", err, want)
	}
}
