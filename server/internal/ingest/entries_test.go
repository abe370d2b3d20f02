package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/wire"
)

func entries(fields ...string) (list []map[string]any) {
	for _, f := range fields {
		mart, number, _ := strings.Cut(f, "/")
		list = append(list, map[string]any{"martId": mart, "orderId": number})
	}
	return list
}

func TestEntriesAreDoneOnceRecordedAndPoisonIsDoneToo(t *testing.T) {
	l := newLedger()
	in := l.intake()
	list := entries("42/1", "43/1", "42/2", "42/1")
	list = append(list, map[string]any{"martId": "42"}, nil, map[string]any{"martId": "42", "orderId": "1", "summary": strings.Repeat("x", 1<<20)})
	if done := in.TakeEntries(list); slices.Contains(done, false) || len(done) != 7 {
		t.Errorf("done %v", done)
	}
	if fmt.Sprint(l.orders) != "map[42:[1 2] 43:[1]]" {
		t.Errorf("recorded %v", l.orders)
	}
	want := map[string]int{Recorded: 3, Duplicate: 1, wire.ReasonOrderID: 1, wire.ReasonMartID: 1, wire.ReasonTooLong: 1}
	if fmt.Sprint(l.counts) != fmt.Sprint(want) {
		t.Errorf("counted %v, want %v", l.counts, want)
	}
}

func TestEntriesThatWereNotRecordedAreNotDone(t *testing.T) {
	l := newLedger()
	calls := 0
	l.working = func(context.Context) error {
		if calls++; calls > 2 {
			return errors.New("connection refused")
		}
		return nil
	}
	done := l.intake().TakeEntries(entries("42/1", "42/2", "42/3", "42/4"))
	if !slices.Equal(done, []bool{true, true, false, false}) || fmt.Sprint(l.orders["42"]) != "[1 2]" {
		t.Errorf("done %v, recorded %v", done, l.orders)
	}
	if calls != 3 {
		t.Errorf("the log was asked %d times: one failure is enough", calls)
	}
}

func TestOneMartThatHangsHoldsNoOtherOfTheBatchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		l.failing = stuckFor("hung")
		in := l.intake()
		during(t, in, func() {
			list := entries("hung/1", "42/1", "hung/2", "43/1")
			start := time.Now()
			if done := in.TakeEntries(list); !slices.Equal(done, []bool{false, true, false, true}) || time.Since(start) > batchTimeout {
				t.Errorf("done %v after %v", done, time.Since(start))
			}
			start = time.Now()
			if done := in.TakeEntries(list); !slices.Equal(done, []bool{false, true, false, true}) || time.Since(start) > 0 {
				t.Errorf("then done %v after %v", done, time.Since(start))
			}
		})
	})
}
