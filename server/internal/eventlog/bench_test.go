package eventlog

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// openTo is a Log on a Redis of its own, for a benchmark.
func openTo(b *testing.B) *Log {
	l, err := Open(redistest.Start(b).URL(), Options{}, quiet())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	return l
}

// typical is an order with all its details.
var typical = order.Details{Summary: "김치찌개 2, 계란말이 1, 공기밥 3", Amount: "32,000원", PlacedAt: time.Date(2026, 7, 27, 20, 0, 0, 0, time.UTC)}

// BenchmarkRecord says what Redis spends on one call of the script, too.
func BenchmarkRecord(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprint("callers=", callers), func(b *testing.B) {
			l := openTo(b)
			var n atomic.Int64
			b.ReportAllocs()
			parallel(b, callers, func() error {
				i := n.Add(1)
				mart := order.MartID(strconv.FormatInt(i%1000, 10))
				_, _, err := l.Record(context.Background(), order.Placement{Mart: mart, Order: order.OrderID(strconv.FormatInt(i, 10)), Details: typical})
				return err
			})
			var calls, spent int64
			var per float64
			stats := redisconn.Field(l.client.Info(context.Background(), "commandstats").Val(), "cmdstat_evalsha")
			if _, err := fmt.Sscanf(stats, "calls=%d,usec=%d,usec_per_call=%f", &calls, &spent, &per); err != nil {
				b.Fatal(stats, err)
			}
			b.ReportMetric(per, "µs-in-script/op")
		})
	}
}

func BenchmarkPage(b *testing.B) {
	for _, back := range []int{0, 3, -1} {
		name := map[int]string{0: "at the head", 3: "3 orders back", -1: "new, nothing open"}[back]
		for _, callers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/callers=%d", name, callers), func(b *testing.B) {
				l := openTo(b)
				after := make([]order.ID, 1000)
				for i := range after {
					after[i] = prepare(b, l, order.MartID(strconv.Itoa(i)), back)
				}
				var n atomic.Int64
				b.ReportAllocs()
				parallel(b, callers, func() error {
					i := int(n.Add(1)) % len(after)
					_, err := l.Page(context.Background(), order.MartID(strconv.Itoa(i)), after[i], 256)
					return err
				})
			})
		}
	}
}

// prepare gives mart some orders, and returns the ID of a device that is back orders behind.
func prepare(b *testing.B, l *Log, mart order.MartID, back int) (after order.ID) {
	const orders = 5
	for i := range orders {
		number := order.OrderID(strconv.Itoa(i))
		e, _, err := l.Record(context.Background(), order.Placement{Mart: mart, Order: number, Details: typical})
		if err == nil && back < 0 {
			_, err = l.Ack(context.Background(), mart, number, "")
		}
		if err != nil {
			b.Fatal(err)
		}
		if i == orders-1-back {
			after = e.ID
		}
	}
	return after
}

// parallel runs work b.N times by as many callers at once, and says what CPU that took
// in this process.
func parallel(b *testing.B, callers int, work func() error) {
	b.SetParallelism(max(1, callers/runtime.GOMAXPROCS(0)))
	if callers == 1 {
		for b.Loop() {
			if err := work(); err != nil {
				b.Fatal(err)
			}
		}
		return
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := work(); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	e := order.Event{Order: "20240727-0001", Kind: order.Placed, Details: typical}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encode(e); err != nil {
			b.Fatal(err)
		}
	}
}
