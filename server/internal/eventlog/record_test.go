package eventlog

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// patience is how long a test waits for what must come: long, since it ends a failure only.
const patience = time.Minute

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

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func open(t *testing.T, url string, opts Options) *Log {
	t.Helper()
	l, err := Open(url, opts, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func must(t *testing.T, l *Log, mart order.MartID, number order.OrderID) (order.Event, bool) {
	t.Helper()
	e, duplicate, err := l.Record(t.Context(), order.Placement{Mart: mart, Order: number})
	if err != nil {
		t.Fatal(err)
	}
	return e, duplicate
}

func TestAnOrderIsRecordedOnceWhoeverRepeatsIt(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		one, two := open(t, url, Options{}), open(t, url, Options{})
		first, duplicate := must(t, one, "42", "1001")
		if duplicate || first.Order != "1001" || first.Mart != "42" || first.Kind != order.Placed {
			t.Fatalf("recorded as %+v, duplicate %v", first, duplicate)
		}
		if age := time.Since(first.At); age < -time.Minute || age > time.Minute {
			t.Errorf("recorded at %v", first.At)
		}
		if again, duplicate := must(t, two, "42", "1001"); !duplicate || again != first {
			t.Errorf("again: %+v, duplicate %v, want %+v", again, duplicate, first)
		}
		if _, duplicate := must(t, two, "43", "1001"); duplicate {
			t.Error("the same number in another mart was taken for a repeat")
		}
		if n := one.client.XLen(t.Context(), LogKey("42")).Val(); n != 1 {
			t.Errorf("the log holds %d events", n)
		}
	})
}

func TestTheLogHoldsOrdersAsTheyCame(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		for i := range 200 {
			must(t, l, "}{%", order.OrderID(fmt.Sprint(i)))
		}
		entries, err := l.client.XRange(t.Context(), LogKey("}{%"), "-", "+").Result()
		if err != nil || len(entries) != 200 {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		for i, e := range entries {
			body, _ := e.Values["event"].(string)
			got, err := ParseEntry("}{%", string(e.ID), body)
			if err != nil || got.Order != order.OrderID(fmt.Sprint(i)) {
				t.Fatalf("entry %d is %+v, %v", i, got, err)
			}
		}
	})
}

func TestATrimmedLogGoesOnFromItsFirstEvent(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{MaxLen: 100})
		fill(t, l, 500)
		must(t, l, "42", "last")
		first := stored(t, l, "42")[0].ID // and each names the one before it
		p, err := l.Page(t.Context(), "42", first, 500)
		if err != nil || p.Gap || p.More || p.Events[len(p.Events)-1].Order != "last" {
			t.Errorf("the log does not go on from its first event: %+v, %v", p, err)
		}
		if p, err := l.Page(t.Context(), "42", Beginning, 1); err != nil || !p.Gap || p.Oldest != first {
			t.Errorf("the log is said to reach back to its beginning: %+v, %v", p, err)
		}
	})
}

func TestTheLogAndTheOpenOrdersAreTrimmedByAge(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		ctx, old := t.Context(), time.Now().Add(-73*time.Hour).UnixMilli()
		recent := time.Now().Add(-71 * time.Hour).UnixMilli()
		for i := range 250 {
			add(t, l, fmt.Sprintf("%d-%d", old, i))
		}
		add(t, l, fmt.Sprintf("%d-0", recent))
		l.client.Do(ctx, "ZADD", openKey("42"), old, "old", recent, "recent")
		must(t, l, "42", "1001")
		if n := l.client.XLen(ctx, LogKey("42")).Val(); n < 2 || n > 101 {
			t.Errorf("the log holds %d events", n)
		}
		if got := l.client.ZRange(ctx, openKey("42"), 0, -1).Val(); fmt.Sprint(got) != "[recent 1001]" {
			t.Errorf("open orders: %v", got)
		}
		if n := len(l.client.XRange(ctx, LogKey("42"), fmt.Sprint(recent), "+").Val()); n != 2 {
			t.Errorf("%d events of the last 72 hours are left, want 2", n)
		}
	})
}

func add(t *testing.T, l *Log, id string) {
	t.Helper()
	if err := l.client.Do(t.Context(), "XADD", LogKey("42"), id, "event", "{}").Err(); err != nil {
		t.Fatal(err)
	}
}

func TestAMartNobodyUsesLeavesNothingBehind(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		must(t, l, "42", "1001")
		for key, want := range map[string]time.Duration{LogKey("42"): 721 * time.Hour, openKey("42"): 721 * time.Hour,
			seenKey("42", "1001"): 48 * time.Hour} {
			if got := l.client.TTL(t.Context(), key).Val(); got < want-time.Minute || got > want {
				t.Errorf("%s expires in %v, want %v", key, got, want)
			}
		}
	})
}

func TestOpenOrdersThatComeAfterAllWereConfirmedExpireToo(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		must(t, l, "42", "1")
		mustAck(t, l, "42", "1", "")
		for _, number := range []order.OrderID{"2", "3"} {
			must(t, l, "42", number)
			if got := l.client.TTL(t.Context(), openKey("42")).Val(); got < idle {
				t.Errorf("they expire in %v", got)
			}
		}
	})
}

func TestTheLivesOfAMartsKeysAreProlonged(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{})
		yesterday := fmt.Sprint(time.Now().Add(-24 * time.Hour).UnixMilli())
		add(t, l, yesterday+"-0")
		l.client.Do(t.Context(), "ZADD", openKey("42"), yesterday, "old")
		for _, key := range []string{LogKey("42"), openKey("42")} {
			l.client.Expire(t.Context(), key, time.Hour)
		}
		must(t, l, "42", "1")
		for _, key := range []string{LogKey("42"), openKey("42")} {
			if got := l.client.TTL(t.Context(), key).Val(); got < idle {
				t.Errorf("%s expires in %v", key, got)
			}
		}
	})
}

func TestARepeatIsForgottenAfterItsTime(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		l := open(t, url, Options{Seen: 20 * time.Millisecond})
		first, _ := must(t, l, "42", "1001")
		for key := seenKey("42", "1001"); l.client.Exists(t.Context(), key).Val() == 1; {
		}
		if second, duplicate := must(t, l, "42", "1001"); duplicate || second.ID == first.ID {
			t.Errorf("second %+v, duplicate %v", second, duplicate)
		}
	})
}

func TestARecordThatCannotReachRedisFailsWithinItsTime(t *testing.T) {
	redis := redistest.Start(t)
	l := open(t, redis.URL(), Options{})
	redis.Freeze()
	defer redis.Thaw()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, _, err := l.Record(ctx, order.Placement{Mart: "42", Order: "1"}); err == nil {
		t.Error("no error")
	}
}

func TestAnAddressThatIsNoneIsRefusedWithoutRepeatingItsPassword(t *testing.T) {
	for _, address := range []string{"", "localhost:6379", "http://h", "redis://:secret@h:port", "redis://:secret@[::1", "redis://h/db", "redis://:secret@h?nonsense=1", "redis://u:secret%zz@h", "redis://:x/secret@h", "redis://:1/secret@h/0"} {
		_, err := Open(address, Options{}, quiet())
		if err == nil {
			t.Errorf("%q was accepted", address)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error tells the password: %v", address, err)
		}
	}
}
