package main

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestOnAClusterEveryWayRingsOnceOnEveryServer(t *testing.T) {
	cluster := redistest.StartCluster(t)
	one, two := serve(t, "--redis", cluster.URL()), serve(t, "--redis", cluster.URL())
	for _, mart := range []order.MartID{"42", "43", "44", "강남점", "}{"} { // on all of its nodes
		pc1, pc2 := connect(t, one.url, mart), connect(t, two.url, mart)
		paid(t, one, mart, "1")
		publish(t, cluster.URL(), "order", publication(mart, "2"))
		pc1.wants(t, mart, "1", "2")
		pc2.wants(t, mart, "1", "2")
		cluster.Node("jumun:orders").Ask("XADD", "jumun:orders", "*", "martId", string(mart), "orderId", "3")
		pc1.wants(t, mart, "3")
		acknowledge(t, two, mart, "1", "카운터")
		if e := pc1.next(t); e["event"] != wire.AckEvent {
			t.Errorf("got %v", e)
		}
		connect(t, two.url, mart).wants(t, mart, "2", "3")
	}
}

func TestWhatWasAnsweredSurvivesASentinelFailover(t *testing.T) {
	sentinel := redistest.StartSentinel(t)
	server := serve(t, "--redis", sentinel.URL(), "--replicas", "1", "--retry", "100ms")
	heard := make(chan order.OrderID, 100_000)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { follow(ctx, server.url, "42", heard) })
	defer wg.Wait()
	defer stop()

	before, after := numbers(100)[:50], numbers(100)[50:]
	for _, n := range before {
		take(t, server, "42", n)
	}
	old := sentinel.KillMaster()
	sentinel.AwaitOther(old)
	old.Restart() // as a replica: without one no order counts as recorded
	for _, n := range after {
		take(t, server, "42", n)
	}
	for _, want := range append(before, after...) {
		select {
		case got := <-heard:
			if got != want {
				t.Fatalf("heard %s, want %s", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("order %s was answered and never came:\n%s", want, server.err.String())
		}
	}
}

// take POSTs an order until it is answered, as a publisher has to.
func take(t *testing.T, server *program, mart order.MartID, number order.OrderID) {
	t.Helper()
	eventually(t, "order "+string(number)+" is answered", func() bool { return accepted(server.url, publication(mart, number)) })
}

func accepted(url, body string) bool {
	res, err := http.Post(url+wire.PublishPath, "application/json", strings.NewReader(body))
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusAccepted
}

// follow is a device that comes back whenever its stream ends, after the last event it
// had, and drops repeats: an order may be recorded on a master that is about to go, not
// be answered, and be recorded again.
func follow(ctx context.Context, url string, mart order.MartID, heard chan<- order.OrderID) {
	last, known := "", make(map[order.OrderID]bool)
	for ctx.Err() == nil {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+wire.EventsPath(mart), nil)
		if err != nil {
			return
		}
		req.Header.Set("Last-Event-ID", last)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		d := &device{res: res, events: make(chan event)}
		go d.read()
		for e := range d.events {
			if e["event"] == wire.OrderEvent {
				o, _ := wire.ParseOrder(e["id"], e["data"]) // one that is malformed is not what the test waits for
				if last = e["id"]; !known[o.Order] {
					known[o.Order] = true
					heard <- o.Order
				}
			}
		}
		d.close()
	}
}
