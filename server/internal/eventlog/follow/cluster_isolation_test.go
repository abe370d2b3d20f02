package follow

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/server/internal/wait"
	"jumun/shared/order"
)

func TestOneNodeThatHangsCostsTheMartsOfOthersNothing(t *testing.T) {
	c := redistest.StartCluster(t)
	for _, n := range c.Nodes { // else two nodes take nothing either, once they miss the third
		n.Ask("CONFIG", "SET", "cluster-require-full-coverage", "no")
	}
	r := run(t, c.URL())
	topic := r.Topic("order")
	heard := make(chan string, 100)
	during(t, func(ctx context.Context) { _ = topic.Run(ctx, func(p []byte) { heard <- string(p) }, nil) })
	marts := make([]order.MartID, 30)
	for i := range marts {
		marts[i] = order.MartID(fmt.Sprint("m", i))
		r.watch(t, marts[i])
	}
	within(t, patience, "not ready", func() bool { return r.Ready() == nil })

	c.Nodes[0].Freeze()
	defer c.Nodes[0].Thaw()
	var unready atomic.Int64
	during(t, func(ctx context.Context) {
		for ; ctx.Err() == nil; wait.For(ctx, 50*time.Millisecond) {
			if r.Ready() != nil {
				unready.Add(1)
			}
		}
	})
	works := 0
	for i, m := range marts {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		_, _, err := r.Follower.events.Record(ctx, order.Placement{Mart: m, Order: order.OrderID(fmt.Sprint(i))})
		cancel()
		if err != nil {
			continue
		}
		works++
		if e := r.next(t); e.Mart != m {
			t.Errorf("heard an order of %s, not of %s", e.Mart, m)
		}
	}
	if works < 15 || works == len(marts) {
		t.Errorf("%d of %d marts can be recorded", works, len(marts))
	}
	within(t, patience, "the topic is deaf", func() bool {
		for _, n := range c.Nodes[1:] {
			n.Ask("PUBLISH", "order", "x")
		}
		return len(heard) > 0
	})
	if n := unready.Load(); n > 0 {
		t.Errorf("not ready %d times", n)
	}
}
