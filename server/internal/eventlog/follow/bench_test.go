package follow

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// BenchmarkWatch says what a mart costs that is watched and heard, all included.
func BenchmarkWatch(b *testing.B) {
	const marts = 10_000
	l := open(b, redistest.Start(b).URL())
	heard := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(heard)
		_ = l.Run(ctx, func(order.Event) {}, func(order.MartID) {})
	}()
	defer func() { cancel(); <-heard }()
	names := make([]order.MartID, marts)
	for i := range names {
		names[i] = order.MartID(fmt.Sprintf("mart-%05d", i))
	}
	watch(b, l, "warm")
	for range b.N {
		before := inUse()
		started := time.Now()
		for _, m := range names {
			l.Watch(m)
		}
		for _, m := range names {
			if err := hears(ctx, l, m); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(time.Since(started).Microseconds())/marts, "µs/mart")
		_, subscribes, _ := strings.Cut(l.client.Info(ctx, "commandstats").Val(), "cmdstat_subscribe:")
		var commands, spent int64
		_, _ = fmt.Sscanf(subscribes, "calls=%d,usec=%d", &commands, &spent)
		b.ReportMetric(float64(commands), "SUBSCRIBEs")
		b.ReportMetric(float64(spent)/float64(commands), "µs-in-Redis/SUBSCRIBE")
		b.ReportMetric(float64(inUse()-before)/marts, "B/mart")
		for _, m := range names { // each has one order, which is what keeps its place
			if _, _, err := l.events.Record(ctx, order.Placement{Mart: m, Order: "1"}); err != nil {
				b.Fatal(err)
			}
		}
		watch(b, l, "last")
		b.ReportMetric(float64(inUse()-before)/marts, "B/mart-with-order")
		for _, m := range names {
			l.Unwatch(m)
		}
		l.Unwatch("last")
	}
}

func watch(b *testing.B, l *Follower, mart order.MartID) {
	l.Watch(mart)
	if err := hears(context.Background(), l, mart); err != nil {
		b.Fatal(err)
	}
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkParseMessage(b *testing.B) {
	for name, body := range map[string]string{
		"short":        `{"kind":"order","order":"20240727-0001"}`,
		"with details": `{"kind":"order","order":"20240727-0001","summary":"김치찌개 2, 계란말이 1, 공기밥 3","amount":"32,000원","placedAt":"2026-07-27T20:00:00Z"}`,
	} {
		b.Run(name, func(b *testing.B) {
			payload := "1722000000000-0 1722000000123-4 " + body
			b.ReportAllocs()
			for b.Loop() {
				if _, err := parseMessage("42", payload); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
