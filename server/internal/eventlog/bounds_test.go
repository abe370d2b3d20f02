package eventlog

import (
	"bytes"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// onSmall runs tests on every kind of Redis, with a Log that keeps few events.
func onSmall(t *testing.T, maxLen int, checks []check) {
	for i := range checks {
		run := checks[i].run
		checks[i].run = func(t *testing.T, l *Log) {
			was := l.opts.MaxLen
			l.opts.MaxLen = maxLen
			defer func() { l.opts.MaxLen = was }()
			run(t, l)
		}
	}
	onAll(t, checks)
}

// lifeOf returns for how long the key stays, to the nearest hour.
func lifeOf(t *testing.T, l *Log, key string) time.Duration {
	t.Helper()
	left, err := l.client.PTTL(t.Context(), key).Result()
	if err != nil {
		t.Fatal(err)
	}
	return left.Round(time.Hour)
}

func holdLife(t *testing.T, l *Log, key string, want time.Duration) {
	t.Helper()
	if got := lifeOf(t, l, key); got != want {
		t.Errorf("%s stays for %v, want %v", key, got, want)
	}
}

func TestAMartThatUsedItsShareIsRememberedForAnHour(t *testing.T) {
	withKey := func(i int) order.Placement {
		return order.Placement{Mart: "42", Order: order.OrderID(fmt.Sprint(i)), Key: fmt.Sprint("k", i)}
	}
	useUp := func(t *testing.T, l *Log) { // 4 orders for each event that is kept
		for i := range 40 {
			recordNew(t, l, withKey(i))
		}
	}
	onSmall(t, 10, []check{
		{"orders, by number and key", func(t *testing.T, l *Log) {
			useUp(t, l)
			recordNew(t, l, withKey(40))
			holdLife(t, l, seenKey("42", "39"), 48*time.Hour)
			holdLife(t, l, keyKey("42", "k39"), 48*time.Hour)
			holdLife(t, l, seenKey("42", "40"), time.Hour)
			holdLife(t, l, keyKey("42", "k40"), time.Hour)
			if _, duplicate, err := l.Record(t.Context(), withKey(40)); err != nil || !duplicate {
				t.Errorf("a repeat: %v, %v", duplicate, err)
			}
		}},
		{"another mart is not concerned", func(t *testing.T, l *Log) {
			useUp(t, l)
			must(t, l, "43", "1")
			holdLife(t, l, seenKey("43", "1"), 48*time.Hour)
		}},
		{"what is confirmed or withdrawn then stays as long as it would have", func(t *testing.T, l *Log) {
			useUp(t, l)
			mustAck(t, l, "42", "1", "")
			withdraw(t, l, withKey(2))
			holdLife(t, l, seenKey("42", "1"), 48*time.Hour)
			holdLife(t, l, seenKey("42", "2"), 48*time.Hour)
		}},
		{"what is confirmed later is known for an hour after that", func(t *testing.T, l *Log) {
			useUp(t, l)
			recordNew(t, l, withKey(40))
			l.client.PExpire(t.Context(), seenKey("42", "40"), time.Minute)
			mustAck(t, l, "42", "40", "")
			holdLife(t, l, seenKey("42", "40"), time.Hour)
		}},
		{"withdrawals of orders that were not recorded", func(t *testing.T, l *Log) {
			useUp(t, l)
			withdraw(t, l, order.Placement{Order: "x"})
			withdraw(t, l, order.Placement{Order: "y", Key: "ky"})
			withdraw(t, l, order.Placement{Key: "kz"})
			for _, key := range []string{seenKey("42", "x"), seenKey("42", "y"), keyKey("42", "ky"), keyKey("42", "kz")} {
				holdLife(t, l, key, time.Hour)
			}
		}},
		{"withdrawals use the share up too", func(t *testing.T, l *Log) {
			for i := range 20 {
				withdraw(t, l, order.Placement{Order: order.OrderID(fmt.Sprint(i))})
				withdraw(t, l, order.Placement{Key: fmt.Sprint(i)})
			}
			must(t, l, "42", "a")
			holdLife(t, l, seenKey("42", "a"), time.Hour)
		}},
		{"and so do keys that repeats of one order bring", func(t *testing.T, l *Log) {
			must(t, l, "42", "1")
			for i := range 40 {
				if _, duplicate, err := l.Record(t.Context(), order.Placement{Mart: "42", Order: "1", Key: fmt.Sprint(i)}); err != nil || !duplicate {
					t.Fatal(duplicate, err)
				}
			}
			if n := len(l.client.Keys(t.Context(), "jumun:{42}:key:*").Val()); n != 39 {
				t.Errorf("%d keys of one order are remembered", n)
			}
		}},
		{"a repeat takes nothing of it", func(t *testing.T, l *Log) {
			for range 50 {
				must(t, l, "42", "1")
				_, _, _ = l.Record(t.Context(), withKey(2))
			}
			recordNew(t, l, withKey(3))
			holdLife(t, l, seenKey("42", "3"), 48*time.Hour)
		}},
		{"it comes back as time passes", func(t *testing.T, l *Log) {
			useUp(t, l)
			used, _ := strconv.ParseFloat(l.client.Get(t.Context(), shareKey("42")).Val(), 64)
			later := used - float64((48 * time.Hour / 40).Milliseconds()) // as after a fortieth of 48 h
			l.client.Set(t.Context(), shareKey("42"), strconv.FormatFloat(later, 'f', 3, 64), time.Hour)
			recordNew(t, l, withKey(40))
			recordNew(t, l, withKey(41))
			holdLife(t, l, seenKey("42", "40"), 48*time.Hour)
			holdLife(t, l, seenKey("42", "41"), time.Hour)
		}},
		{"one number says little, however often it is withdrawn", func(t *testing.T, l *Log) {
			for i := range 20 {
				withdraw(t, l, of("1001", fmt.Sprint(i)))
			}
			if n := l.client.StrLen(t.Context(), seenKey("42", "1001")).Val(); n > 500 {
				t.Errorf("%d bytes are remembered", n)
			}
			holdNeverRings(t, l, of("1001", "19"))
		}},
	})
}

func TestAckOfWhatIsNotThereLeavesNothingBehind(t *testing.T) {
	onAll(t, []check{{"by number, by ID, read as withdrawn", func(t *testing.T, l *Log) {
		acks := []wire.AckOf{{ID: "1722000000000-0", OrderID: "1001"}, {ID: "1722000000000-1", OrderID: "1002", Withdrawn: true}, {ID: "0-0", OrderID: "1003"}}
		for range 3 {
			mustAck(t, l, "42", "1001", "카운터")
			if got, err := l.AckAll(t.Context(), "42", acks, "카운터"); err != nil || fmt.Sprint(got) != "[unknown unknown unknown]" {
				t.Errorf("%v, %v", got, err)
			}
		}
		if keys := l.client.Keys(t.Context(), "jumun:*").Val(); len(keys) > 0 {
			t.Errorf("it leaves %q behind", keys)
		}
	}}})
}

// fill records and confirms orders until their mart has n more events.
func fill(t *testing.T, l *Log, n int) {
	t.Helper()
	var all sync.WaitGroup
	for w := range 50 {
		all.Go(func() {
			for i := range n / 2 / 50 {
				number := order.OrderID(fmt.Sprintf("%d.%d.%d", n, w, i))
				e, _, err := l.Record(t.Context(), order.Placement{Mart: "42", Order: number})
				if err == nil {
					_, err = l.AckAll(t.Context(), "42", ackOf(e), "")
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestAnOpenOrderSurvivesThirtyThousandOtherEvents(t *testing.T) {
	l := open(t, redistest.Start(t).URL(), Options{})
	e := recordNew(t, l, of("1001", "9000"))
	fill(t, l, 30_000)
	p := page(t, l, "", 100)
	if p.Gap || len(p.Events) != 1 || p.Events[0].ID != e.ID || p.Events[0].Amount != "9000" {
		t.Errorf("a new PC gets %+v", p)
	}
	if n := l.client.XLen(t.Context(), LogKey("42")).Val(); n != 30_001 {
		t.Errorf("the log holds %d events", n)
	}
	ackByID(t, l, e, "confirmed")
	fill(t, l, 25_000)
	if n := l.client.XLen(t.Context(), LogKey("42")).Val(); n < 10_000 || n > 10_300 {
		t.Errorf("once it is confirmed the log holds %d events", n)
	}
}

func TestWhatIsOpenIsKeptOrAPCIsTold(t *testing.T) {
	onSmall(t, 100, []check{
		{"confirmed orders are kept up to the length of the log", func(t *testing.T, l *Log) {
			fill(t, l, 1000)
			if n := l.client.XLen(t.Context(), LogKey("42")).Val(); n < 100 || n > 300 {
				t.Errorf("%d events", n)
			}
			if p := page(t, l, "", 9); p.Gap || len(p.Events) > 0 {
				t.Errorf("a new PC gets %+v", p)
			}
		}},
		{"an open order is kept up to four times the length of the log", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			fill(t, l, 300)
			if p := page(t, l, "", 9); p.Gap || len(p.Events) != 1 || p.Events[0].ID != e.ID {
				t.Errorf("a new PC gets %+v", p)
			}
		}},
		{"a new PC is told of one that is lost, until it is confirmed", func(t *testing.T, l *Log) {
			e := recordNew(t, l, of("1001", ""))
			fill(t, l, 1000)
			two := recordNew(t, l, of("1002", ""))
			if n := l.client.XLen(t.Context(), LogKey("42")).Val(); n > 600 {
				t.Errorf("the log holds %d events", n)
			}
			first := stored(t, l, "42")[0].ID
			if p := page(t, l, "", 9); !p.Gap || p.Oldest != first || brief(p) != "!1002" || p.Last != two.ID {
				t.Errorf("a new PC gets %+v", p)
			}
			l.client.Del(t.Context(), seenKey("42", "1001")) // also when it is no longer remembered
			ackByID(t, l, e, "confirmed")
			if p := page(t, l, "", 9); p.Gap || brief(p) != "!1002" {
				t.Errorf("once a PC that has it confirmed it: %+v", p)
			}
		}},
		{"of too many that are open the newest are kept, and a PC is told", func(t *testing.T, l *Log) {
			for i := range 1000 {
				must(t, l, "42", order.OrderID(fmt.Sprint(i)))
			}
			if n := l.client.ZCard(t.Context(), openKey("42")).Val(); n != 500 {
				t.Errorf("%d are open", n)
			}
			p := page(t, l, "", 1000)
			if !p.Gap || len(p.Events) < 300 || p.Events[len(p.Events)-1].Order != "999" {
				t.Errorf("a new PC gets %d events, gap %v", len(p.Events), p.Gap)
			}
			ackByID(t, l, order.Event{Mart: "42", ID: p.Events[0].ID, Order: p.Events[0].Order}, "confirmed")
			if p := page(t, l, "", 1000); !p.Gap {
				t.Error("then it is told no more")
			}
		}},
	})
}

func TestOneOrderIsOpenedAgainAFewTimesOnly(t *testing.T) {
	onAll(t, []check{{"by a device in a loop", func(t *testing.T, l *Log) {
		e := recordNew(t, l, of("1001", ""))
		for range 8 {
			ackByID(t, l, e, "confirmed")
			reopenIt(t, l, e, nil)
		}
		ackByID(t, l, e, "confirmed")
		for range 10 {
			reopenIt(t, l, e, ErrTooLate)
			ackByID(t, l, e, "already")
		}
		if n := len(stored(t, l, "42")); n != 18 {
			t.Errorf("the log has %d events", n)
		}
		another := recordNew(t, l, of("1002", ""))
		ackByID(t, l, another, "confirmed")
		reopenIt(t, l, another, nil)
		withdraw(t, l, of("1002", ""))
		readWithdrawal(t, l, another, "confirmed")
	}}})
}

func TestTheLogNamesAMartThatUsedItsShareAndOneThatLostAnOpenOrder(t *testing.T) {
	var said bytes.Buffer
	l, err := Open(redistest.Start(t).URL(), Options{MaxLen: 1}, slog.New(slog.NewTextHandler(&said, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for i := range 5 {
		must(t, l, "42", order.OrderID(fmt.Sprint(i)))
	}
	if !strings.Contains(said.String(), `an hour rings again; see --max-events" mart=42`) {
		t.Errorf("of the share it says: %s", &said)
	}
	l.client.XTrimMaxLen(t.Context(), LogKey("42"), 0)
	must(t, l, "42", "5")
	if page(t, l, "", 9); !strings.Contains(said.String(), `is told of a gap; see --max-events" mart=42`) {
		t.Errorf("of the lost order it says: %s", &said)
	}
}
