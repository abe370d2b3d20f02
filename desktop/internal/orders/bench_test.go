package orders

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
)

// month has so many orders of the last 30 days, one of a hundred waiting.
func month(tb testing.TB, b *Store, many int) {
	tb.Helper()
	start := noon.Add(-Kept)
	for n := range many {
		at := start.Add(Kept / time.Duration(many) * time.Duration(n)).Truncate(time.Millisecond)
		e := Entry{
			ID: order.ID(fmt.Sprintf("%d-0", at.UnixMilli())), Mart: order.MartID(fmt.Sprint(42)),
			Order: order.OrderID(fmt.Sprintf("%s-%06d", at.Format("20060102"), n)), At: at,
			Summary: fmt.Sprintf("김치찌개 %d, 공기밥 2 외 %d건, 요청 %d", n%7, n%5, n), Amount: fmt.Sprintf("%d,000원", n%50), State: Waiting,
		}
		if n%100 != 0 {
			e.State, e.Ended, e.By = Confirmed, at.Add(time.Minute), fmt.Sprintf("카운터 PC %d", n%3)
			e.Acked = order.ID(fmt.Sprintf("%d-0", e.Ended.UnixMilli()))
		}
		b.set(record{Entry: &e, Last: e.ID})
	}
}

func BenchmarkFindIn100000(b *testing.B) {
	box := empty("")
	month(b, box, 100_000)
	for _, bb := range []struct {
		name string
		find ipc.Query
	}{
		{"all, first page", ipc.Query{Limit: ipc.MaxRows}},
		{"all, deep page", ipc.Query{Offset: 90_000, Limit: ipc.MaxRows}},
		{"text", ipc.Query{Text: "공기밥 2 외 3", Limit: ipc.MaxRows}},
		{"text that is nowhere", ipc.Query{Text: "피자", Limit: ipc.MaxRows}},
		{"a day", ipc.Query{Day: day(-5), Limit: ipc.MaxRows}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				box.Find(bb.find)
			}
		})
	}
}

// How long an order takes, with and without somebody who searches all the time.
func BenchmarkTakeWith100000(b *testing.B) {
	for _, searched := range []bool{false, true} {
		b.Run(fmt.Sprintf("searched %v", searched), func(b *testing.B) {
			box, err := Open(filepath.Join(b.TempDir(), "orders.log"), noon)
			if err != nil {
				b.Fatal(err)
			}
			defer box.Close()
			month(b, box, 100_000)
			stop, stopped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(stopped)
				for searched {
					select {
					case <-stop:
						return
					default:
						box.Find(ipc.Query{Text: "공기밥", Limit: ipc.MaxRows})
					}
				}
			}()
			var took []time.Duration
			for n := 0; b.Loop(); n++ {
				start := time.Now()
				box.Take(event("43", n))
				took = append(took, time.Since(start))
			}
			close(stop)
			<-stopped
			b.ReportMetric(float64(slices.Max(took).Microseconds()), "µs-at-worst")
		})
	}
}

func BenchmarkTenThousandOrdersAtOnce(b *testing.B) {
	events := make([]order.Event, 10_000)
	for n := range events {
		events[n] = event("42", n)
	}
	for _, batch := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("%d a write", batch), func(b *testing.B) {
			for b.Loop() {
				box, err := Open(filepath.Join(b.TempDir(), "orders.log"), noon)
				if err != nil {
					b.Fatal(err)
				}
				for some := range slices.Chunk(events, batch) {
					box.TakeAll(some)
				}
				_ = box.Close()
			}
		})
	}
}

func BenchmarkMemory(b *testing.B) {
	for _, many := range []int{0, 1_000, 100_000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			for b.Loop() {
				before := heap()
				box := empty("")
				month(b, box, many)
				used := heap() - before
				b.ReportMetric(float64(used), "B")
				b.ReportMetric(float64(used)/float64(max(many, 1)), "B/entry")
				runtime.KeepAlive(box)
			}
		})
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
