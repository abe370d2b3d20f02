package eventlog

import (
	"context"
	"strings"
	"sync"
	"testing"

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
	entries, err := l.client.XRange(t.Context(), LogKey(mart), "-", "+").Result()
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
		{"an ack for a number that does not exist silences no order of it", unknownOrderIsNotAcked},
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
	if events := stored(t, l, "42"); len(events) != 3 || events[2].ID != first.ID || events[2].Of != placed.ID || events[2].By != first.By {
		t.Errorf("the log has %+v", events)
	}
	if again, duplicate := must(t, l, "42", "1001"); !duplicate || again.ID != placed.ID {
		t.Errorf("recorded again as %+v, %v", again, duplicate)
	}
}

// unknownOrderIsNotAcked: a late ack of a PC that was away must not silence a new order.
func unknownOrderIsNotAcked(t *testing.T, l *Log) {
	for range 3 {
		if e := mustAck(t, l, "42", "1001", "카운터"); e.ID != "" {
			t.Errorf("acked as %+v", e)
		}
	}
	if keys := l.client.Keys(t.Context(), "jumun:*").Val(); len(keys) > 0 {
		t.Errorf("it leaves %q behind", keys)
	}
	if e, duplicate := must(t, l, "42", "1001"); duplicate || !isOpen(t, l, "42", "1001") {
		t.Errorf("the order was recorded as %+v, duplicate %v", e, duplicate)
	}
}

func forgottenOrderIsAcked(t *testing.T, l *Log) {
	must(t, l, "42", "1001")
	l.client.Del(t.Context(), seenKey("42", "1001")) // as after 48 h
	mustAck(t, l, "42", "1001", "카운터")
	if isOpen(t, l, "42", "1001") {
		t.Error("it is open")
	}
	if _, duplicate := must(t, l, "42", "1001"); !duplicate {
		t.Error("recorded anew right after it was acked")
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
	redistest.OnBoth(t, func(t *testing.T, url string) { all(t, open(t, url, Options{})) })
	t.Run("cluster", func(t *testing.T) { all(t, onCluster(t)) })
}

// onCluster is a Log on a Cluster of one node.
func onCluster(t *testing.T) *Log {
	t.Helper()
	return open(t, "redis+cluster://"+redistest.StartOneNodeCluster(t), Options{})
}

func TestOnAClusterEventsAreAnnouncedOnTheMartsNode(t *testing.T) {
	l := onCluster(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	heard := l.client.SSubscribe(ctx, Channel("42"))
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
		parts := strings.SplitN(said.Payload, " ", 3)
		if e, err := ParseEntry("42", parts[1], parts[2]); err != nil || e.Kind != kind {
			t.Errorf("heard %+v, %v", e, err)
		}
	}
}

func TestAnAckThatNamesTheNumberOfAnotherOrderSilencesNobody(t *testing.T) {
	l := onCluster(t)
	e, _ := must(t, l, "42", "1001")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	heard := l.client.SSubscribe(ctx, Channel("42"))
	defer heard.Close()
	if _, err := heard.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	e.Order = "1002"
	ackByID(t, l, e, "unknown")
	must(t, l, "42", "1003")
	said, err := heard.ReceiveMessage(ctx)
	if err != nil || !strings.Contains(said.Payload, `"order":"1003"`) {
		t.Errorf("heard %+v, %v", said, err)
	}
}
