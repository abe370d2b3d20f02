package pod

import (
	"context"
	"log/slog"
	"strconv"
	"sync/atomic"
	"testing"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/eventlog/follow"
	"jumun/server/internal/hub"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A till is a parked stream that counts its frames, and tells when those are all.
type till struct {
	b    *testing.B
	left atomic.Int64
	all  chan struct{} // room for one
}

func (t *till) Take(wire.Frame) bool {
	if t.left.Add(-1) == 0 {
		t.all <- struct{}{}
	}
	return true
}

func (t *till) OnEnd(why string) { t.b.Error("closed: ", why) }

// standing is a pass that nobody revokes.
type standing struct{}

func (standing) Stands(order.MartID) bool { return true }

// announce publishes ARGV[2] orders that follow those whose number is ARGV[1], as their
// recording does: each names the one before it, the first of all the beginning.
const announce = `for i = ARGV[1] + 1, ARGV[1] + ARGV[2] do
	redis.call('PUBLISH', KEYS[1], string.format('%d-0 %d-0 ', i - 1, i) .. ARGV[3])
end`

// typical is what follows the IDs in the message of an order with all its details.
const typical = `{"kind":"order","order":"20240727-0001","summary":"김치찌개 2, 계란말이 1, 공기밥 3","amount":"32,000원","placedAt":"2026-07-27T20:00:00Z"}`

// BenchmarkDeliver is what a pod spends on an order from its message in the socket of
// Redis to its frame at a parked stream: go-redis, parse, encode, publish. Redis itself
// works beside it, and is not in the allocations. What a stream does with a frame is not
// in it either.
func BenchmarkDeliver(b *testing.B) {
	redis := redistest.Start(b)
	t := &till{b: b, all: make(chan struct{}, 1)}
	connected(b, redis.URL(), t)
	b.ReportAllocs()
	b.ResetTimer()
	const batch = 5000 // so long that asking for it is next to nothing
	for sent := 0; sent < b.N; sent += batch {
		n := min(batch, b.N-sent)
		t.left.Store(int64(n))
		redis.Ask("EVAL", announce, "1", "jumun:{42}:events", strconv.Itoa(sent), strconv.Itoa(n), typical)
		<-t.all
	}
}

// connected has what a pod hears of mart 42 handed to t, until the benchmark ends.
func connected(b *testing.B, redis string, t *till) {
	orders, err := eventlog.Open(redis, eventlog.Options{}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	follower := follow.New(orders, slog.New(slog.DiscardHandler))
	h := hub.New(64, hub.Hooks{Watch: follower.Watch, Unwatch: follower.Unwatch, Heard: follower.Heard})
	p := &Pod{hub: h, log: slog.New(slog.DiscardHandler)}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = follower.Run(ctx, p.deliver, p.lost)
	}()
	b.Cleanup(func() { stop(); <-ended; _ = orders.Close() })
	d, err := h.Join(ctx, "42", standing{})
	if err != nil {
		b.Fatal(err)
	}
	d.Hand(t)
}
