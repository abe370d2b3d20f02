package eventlog

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

func mustAck(t *testing.T, l *Log, mart order.MartID, number order.OrderID, by string) order.Event {
	t.Helper()
	e, err := l.Ack(t.Context(), mart, number, by)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// stored are the events in the log of a mart, read without Page.
func stored(t *testing.T, l *Log, mart order.MartID) []order.Event {
	t.Helper()
	entries, err := l.client.XRange(t.Context(), logKey(mart), "-", "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	prev := entries[0].Values["prev"]
	for _, entry := range entries {
		if entry.Values["prev"] != prev {
			t.Errorf("%s names %v as the one before it, not %v", entry.ID, entry.Values["prev"], prev)
		}
		prev = entry.ID
	}
	events := l.events(mart, entries)
	if len(events) != len(entries) {
		t.Fatalf("%d of %d entries can be read", len(events), len(entries))
	}
	return events
}

func isOpen(t *testing.T, l *Log, mart order.MartID, number order.OrderID) bool {
	t.Helper()
	score, err := l.client.ZMScore(t.Context(), openKey(mart), string(number)).Result()
	if err != nil {
		t.Fatal(err)
	}
	return score[0] != 0
}

func TestAck(t *testing.T) {
	onAll(t, []check{
		{"the first ack wins and ends the order", firstAckWins},
		{"an ack is remembered as long as its order", ackIsRemembered},
		{"an order that the log does not know is acked and then not rung for", unknownOrderIsAcked},
		{"an order is acked also when repeats of it are forgotten", forgottenOrderIsAcked},
		{"two who ack at the same instant are one", twoAcksAreOne},
	})
}

func firstAckWins(t *testing.T, l *Log) {
	placed, _ := must(t, l, "42", "1001")
	must(t, l, "42", "1002")
	first := mustAck(t, l, "42", "1001", " 카운터\n1 ")
	if first.Kind != order.Acked || first.Order != "1001" || first.Mart != "42" || first.By != "카운터 1" {
		t.Errorf("acked as %+v", first)
	}
	if again := mustAck(t, l, "42", "1001", "주방"); again.ID != first.ID || again.By != "" {
		t.Errorf("acked again as %+v, want the first, %+v", again, first)
	}
	if isOpen(t, l, "42", "1001") || !isOpen(t, l, "42", "1002") {
		t.Error("the wrong order is open")
	}
	if events := stored(t, l, "42"); len(events) != 3 || events[2] != first {
		t.Errorf("the log has %+v", events)
	}
	if again, duplicate := must(t, l, "42", "1001"); !duplicate || again.ID != placed.ID {
		t.Errorf("recorded again as %+v, %v", again, duplicate)
	}
}

func ackIsRemembered(t *testing.T, l *Log) {
	must(t, l, "42", "1001")
	key := seenKey(order.Placement{Mart: "42", Order: "1001"})
	l.client.PExpire(t.Context(), key, time.Hour)
	mustAck(t, l, "42", "1001", "")
	if got := l.client.TTL(t.Context(), key).Val(); got > time.Hour || got < 59*time.Minute {
		t.Errorf("the number is free again after %v", got)
	}
	unknown := seenKey(order.Placement{Mart: "42", Order: "1002"})
	mustAck(t, l, "42", "1002", "")
	if got := l.client.TTL(t.Context(), unknown).Val(); got < 47*time.Hour {
		t.Errorf("the ack of an unknown order is remembered for %v", got)
	}
}

func unknownOrderIsAcked(t *testing.T, l *Log) {
	first := mustAck(t, l, "42", "1001", "카운터")
	if events := stored(t, l, "42"); len(events) != 1 || events[0] != first {
		t.Errorf("the log has %+v, want %+v", events, first)
	}
	if e, duplicate := must(t, l, "42", "1001"); !duplicate || e.ID != beginning {
		t.Errorf("recorded as %+v, %v", e, duplicate)
	}
	if isOpen(t, l, "42", "1001") {
		t.Error("it is open")
	}
	if again := mustAck(t, l, "42", "1001", "주방"); again.ID != first.ID {
		t.Errorf("acked again as %+v", again)
	}
}

func forgottenOrderIsAcked(t *testing.T, l *Log) {
	must(t, l, "42", "1001")
	l.client.Del(t.Context(), seenKey(order.Placement{Mart: "42", Order: "1001"})) // as after 48 h
	mustAck(t, l, "42", "1001", "카운터")
	if isOpen(t, l, "42", "1001") {
		t.Error("it is open")
	}
	if _, duplicate := must(t, l, "42", "1001"); !duplicate {
		t.Error("recorded anew after it was acked")
	}
}

func twoAcksAreOne(t *testing.T, l *Log) {
	must(t, l, "42", "1001")
	var wg sync.WaitGroup
	got := make([]order.Event, 20)
	for i := range got {
		wg.Go(func() { got[i], _ = l.Ack(t.Context(), "42", "1001", "카운터") })
	}
	wg.Wait()
	winners := 0
	for _, e := range got {
		if e.ID != got[0].ID || e.ID == "" {
			t.Errorf("acked as %q and as %q", e.ID, got[0].ID)
		}
		if e.By != "" {
			winners++
		}
	}
	if events := stored(t, l, "42"); len(events) != 2 || winners != 1 {
		t.Errorf("%d events, %d winners", len(events), winners)
	}
}

func TestAckIsHeardByEveryPod(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		r, other := run(t, url), open(t, url, Options{})
		r.watch(t, "42")
		placed, _ := must(t, other, "42", "1001")
		acked := mustAck(t, other, "42", "1001", "카운터")
		mustAck(t, other, "42", "1001", "주방")
		last := mustAck(t, other, "42", "1002", "주방")
		for _, want := range []order.Event{placed, acked, last} {
			if got := r.next(t); got != want {
				t.Errorf("heard %+v, want %+v", got, want)
			}
		}
	})
}

func TestDetailsAreKeptAndHeard(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		r := run(t, url)
		r.watch(t, "42")
		details := order.Details{Summary: "김밥 2 \"곱빼기\" <b>", Amount: "12,000원", PlacedAt: time.Date(2026, 7, 27, 20, 0, 0, 123456789, time.UTC)}
		tests := map[order.OrderID]struct{ in, want order.Details }{
			"full":   {details, details},
			"none":   {order.Details{}, order.Details{}},
			"broken": {order.Details{Summary: "a\xff\nb" + strings.Repeat("c", 1<<20), PlacedAt: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}, order.Details{Summary: "a b" + strings.Repeat("c", 196) + "…"}},
			"zoned":  {order.Details{PlacedAt: details.PlacedAt.In(time.FixedZone("KST", 9*3600))}, order.Details{PlacedAt: details.PlacedAt}},
		}
		for number, tt := range tests {
			recorded, _, err := r.Record(t.Context(), order.Placement{Mart: "42", Order: number, Details: tt.in})
			if err != nil || recorded.Details != tt.want {
				t.Errorf("%s: recorded as %+v, %v", number, recorded, err)
			}
			if heard := r.next(t); heard != recorded {
				t.Errorf("%s: heard %+v, want %+v", number, heard, recorded)
			}
			if events := stored(t, r.Log, "42"); events[len(events)-1] != recorded {
				t.Errorf("%s: the log has %+v", number, events[len(events)-1])
			}
		}
	})
}

// A check is a test of a Log that finds its Redis empty.
type check struct {
	name string
	run  func(t *testing.T, l *Log)
}

// onAll runs tests on every kind of Redis: one, the one in our process, and a Cluster.
func onAll(t *testing.T, checks []check) {
	all := func(t *testing.T, l *Log) {
		for _, c := range checks {
			l.client.FlushAll(t.Context())
			t.Run(c.name, func(t *testing.T) { c.run(t, l) })
		}
	}
	onBoth(t, func(t *testing.T, url string) { all(t, open(t, url, Options{})) })
	t.Run("cluster", func(t *testing.T) { all(t, onCluster(t)) })
}

// onCluster is a Log on a Cluster of one node, which answers as one of many: scripts
// that touch a key they did not declare, or two slots, fail there.
func onCluster(t *testing.T) *Log {
	t.Helper()
	node := redistest.Start(t, "--cluster-enabled", "yes")
	l := open(t, node.URL(), Options{})
	one := l.client
	t.Cleanup(func() { _ = one.Close() })
	host, _, _ := net.SplitHostPort(node.Addr())
	one.ConfigSet(t.Context(), "cluster-announce-ip", host) // it has met no other that could tell it
	if err := one.Do(t.Context(), "CLUSTER", "ADDSLOTSRANGE", 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(one.Do(t.Context(), "CLUSTER", "INFO").String(), "cluster_state:ok") {
	}
	l.client = redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{node.Addr()}, ContextTimeoutEnabled: true})
	return l
}

func TestOnAClusterEventsAreAnnouncedOnTheMartsNode(t *testing.T) {
	l := onCluster(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	heard := l.client.SSubscribe(ctx, channel("42"))
	defer heard.Close()
	if _, err := heard.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	must(t, l, "42", "1001")
	mustAck(t, l, "42", "1001", "")
	for _, kind := range []order.Kind{order.Placed, order.Acked} {
		said, err := heard.ReceiveMessage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := parseMessage("42", said.Payload); err != nil || m.event.Kind != kind {
			t.Errorf("heard %+v, %v", m, err)
		}
	}
}
