package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// ledger stands for the log and the counters.
type ledger struct {
	mu      sync.Mutex
	orders  map[order.MartID][]order.OrderID
	counts  map[string]int
	said    bytes.Buffer
	working func(context.Context) error
	failing func(context.Context, order.Placement) error // nil: nothing fails
}

func newLedger() *ledger {
	return &ledger{orders: make(map[order.MartID][]order.OrderID), counts: make(map[string]int),
		working: func(context.Context) error { return nil }}
}

func (l *ledger) intake() *Intake {
	return New(Options{Record: l.record, May: only42, Count: l.count, CountMalformed: l.count, Log: slog.New(slog.NewTextHandler(l, nil))})
}

// ignore is called when a message is done.
func ignore() {}

// only42 has whoever asks publish for mart 42 alone.
func only42(_ context.Context, mart order.MartID) bool { return mart == "42" }

func (l *ledger) record(ctx context.Context, p order.Placement) (order.Event, bool, error) {
	if err := l.working(ctx); err != nil {
		return order.Event{}, false, err
	}
	if l.failing != nil {
		if err := l.failing(ctx, p); err != nil {
			return order.Event{}, false, err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	duplicate := slices.Contains(l.orders[p.Mart], p.Order)
	if !duplicate {
		l.orders[p.Mart] = append(l.orders[p.Mart], p.Order)
	}
	return order.Event{}, duplicate, nil
}

func (l *ledger) count(_, what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[what]++
}

func (l *ledger) counted(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts[what]
}

func (l *ledger) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.Write(p)
}

// during runs in while work is done, until all that was taken is recorded.
func during(t *testing.T, in *Intake, work func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = in.Run(ctx) })
	work()
	cancel()
	wg.Wait()
}

func TestOrdersOfAMartAreRecordedAsTheyCame(t *testing.T) {
	l := newLedger()
	in := l.intake()
	during(t, in, func() {
		for i := range 2000 {
			for mart := range 10 {
				in.Take(fmt.Appendf(nil, `{"martId":%d,"orderId":%d}`, mart, i), ignore)
			}
		}
	})
	for mart := range 10 {
		got := l.orders[order.MartID(fmt.Sprint(mart))]
		if len(got) != 2000 {
			t.Errorf("mart %d has %d orders", mart, len(got))
		}
		for i, o := range got {
			if o != order.OrderID(fmt.Sprint(i)) {
				t.Fatalf("order %d of mart %d is %s", i, mart, o)
			}
		}
	}
}

func TestRepeatsAndMalformedMessagesAreCountedAndNothingElseIsDisturbed(t *testing.T) {
	l := newLedger()
	in := l.intake()
	during(t, in, func() {
		for _, msg := range []string{`{"martId":42,"orderId":1}`, `garbage`, `{"martId":"42","orderId":"1"}`, `{"martId":42}`,
			`{"orderId":1}`, "\xff", strings.Repeat("x", 10<<20), `"{\"martId\":42,\"orderId\":2}"`} {
			in.Take([]byte(msg), ignore)
		}
	})
	want := map[string]int{Recorded: 2, Duplicate: 1, wire.ReasonNotJSON: 1, wire.ReasonOrderID: 1,
		wire.ReasonMartID: 1, wire.ReasonNotUTF8: 1, wire.ReasonTooLong: 1}
	if fmt.Sprint(l.counts) != fmt.Sprint(want) {
		t.Errorf("counted %v, want %v", l.counts, want)
	}
}

func TestAFloodOfGarbageIsAFewLinesThatSayHowManyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		in := l.intake()
		during(t, in, func() {
			for range 10_000 {
				in.Take([]byte("\x1b[2Jmy\ncard number"), ignore)
			}
			time.Sleep(11 * time.Second)
			in.Take([]byte("again"), ignore)
			in.Take([]byte("and again"), ignore)
		})
		said := l.said.String()
		for _, want := range []string{"err=\"message is binary", "suppressed=9995", "begins=", "suppressed=1\n"} {
			if !strings.Contains(said, want) {
				t.Errorf("nothing says %s:\n%s", want, said)
			}
		}
		if n := strings.Count(said, "\n"); n > 9 || strings.Contains(said, "\x1b") {
			t.Errorf("%d lines:\n%s", n, said)
		}
	})
}

func TestAnOrderOfTheTopicIsTriedUntilItIsRecordedAndKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		away := 3
		l.working = func(context.Context) error {
			if away--; away >= 0 {
				return errors.New("connection refused")
			}
			return nil
		}
		in := l.intake()
		during(t, in, func() {
			in.Take([]byte(`{"martId":42,"orderId":1}`), ignore)
			in.Take([]byte(`{"martId":42,"orderId":2}`), ignore)
			time.Sleep(10 * firstRetry)
		})
		if fmt.Sprint(l.orders["42"]) != "[1 2]" || l.counts[Failed] != 3 || !strings.Contains(l.said.String(), "mart=42 order=1") {
			t.Errorf("orders %v, counts %v, said %s", l.orders, l.counts, l.said.String())
		}
	})
}

// stuckFor makes recording hang for these marts, until ctx ends.
func stuckFor(marts ...order.MartID) func(context.Context, order.Placement) error {
	return func(ctx context.Context, p order.Placement) error {
		if !slices.Contains(marts, p.Mart) {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
}

func TestAMartWhoseOrdersCannotBeRecordedHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hung []order.MartID
		for i := range 300 {
			hung = append(hung, order.MartID(fmt.Sprint("hung", i)))
		}
		l := newLedger()
		l.failing = stuckFor(hung...)
		in := l.intake()
		during(t, in, func() {
			for i := range 50_000 { // 10,000 a second
				in.Take(fmt.Appendf(nil, `{"martId":%q,"orderId":%d}`, hung[i%len(hung)], i), ignore)
				if i%10 != 0 {
					continue
				}
				start := time.Now()
				in.Take(fmt.Appendf(nil, `{"martId":42,"orderId":%d}`, i), ignore)
				synctest.Wait()
				if took := time.Since(start); took > 0 || l.counted(Recorded) != i/10+1 {
					t.Fatalf("%d of %d orders of the healthy mart are recorded, the last after %v", l.counted(Recorded), i/10+1, took)
				}
				time.Sleep(time.Millisecond)
			}
		})
		if l.counts[Dropped] != 50_000 {
			t.Errorf("of the others %d were dropped", l.counts[Dropped])
		}
		if !strings.Contains(l.said.String(), "mart=hung") {
			t.Error("nothing says which marts fail")
		}
	})
}

func TestTheTopicWaitsASecondForARedisThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		l.working = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		in := l.intake()
		during(t, in, func() {
			for i := range maxOfMart {
				in.Take(fmt.Appendf(nil, `{"martId":42,"orderId":%d}`, i), ignore)
			}
			start := time.Now()
			in.Take([]byte(`{"martId":42,"orderId":"late"}`), ignore)
			if waited := time.Since(start); waited != patience || l.counted(Dropped) != 1 {
				t.Errorf("waited %v, dropped %d", waited, l.counted(Dropped))
			}
			time.Sleep(recordTimeout) // now the mart is known as failing
			start = time.Now()
			in.Take([]byte(`{"martId":42,"orderId":"later"}`), ignore)
			if waited := time.Since(start); waited != 0 || l.counted(Dropped) != 2 {
				t.Errorf("then waited %v, dropped %d", waited, l.counted(Dropped))
			}
		})
	})
}

func TestStoppingRecordsWhatWasTakenButWaitsASecondAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		l.working = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		in, start := l.intake(), time.Time{}
		during(t, in, func() {
			for i := range 100 {
				in.Take(fmt.Appendf(nil, `{"martId":42,"orderId":%d}`, i), ignore)
			}
			start = time.Now()
		})
		if took := time.Since(start); took > finishTimeout || l.counts[Dropped] != 100 {
			t.Errorf("took %v, dropped %d", took, l.counts[Dropped])
		}
	})
}
