package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// TestOneMartWithABrokenKeyCostsNoOtherMartAnything: the broken mart's orders come first in every way,
// and more of them than anything waits for.
func TestOneMartWithABrokenKeyCostsNoOtherMartAnything(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	redis.Ask("SET", eventlog.LogKey("broken"), "x")
	const marts = 20
	var pcs []*device
	for i := range marts {
		pcs = append(pcs, connect(t, server.url, order.MartID(fmt.Sprint(i))))
	}
	started := time.Now()
	for n := range 100 { // 1,000 orders and more, by the topic and the stream in turn
		for range 10 {
			redis.Ask("PUBLISH", "order", publication("broken", order.OrderID(fmt.Sprint("t", n))))
			redis.Ask("XADD", "jumun:orders", "*", "martId", "broken", "orderId", fmt.Sprint("s", n))
		}
		mart := order.MartID(fmt.Sprint(n % marts))
		if n%2 == 0 {
			redis.Ask("PUBLISH", "order", publication(mart, order.OrderID(fmt.Sprint(n))))
		} else {
			redis.Ask("XADD", "jumun:orders", "*", "martId", string(mart), "orderId", fmt.Sprint(n))
		}
		if n%10 == 0 {
			post(t, server, wire.PublishPath, publication("broken", "p"), http.StatusServiceUnavailable)
			post(t, server, wire.PublishPath, publication(mart, order.OrderID(fmt.Sprint("p", n))), http.StatusAccepted)
			pcs[n%marts].next(t)
		}
		pcs[n%marts].next(t)
	}
	t.Logf("%v for 100 orders, each heard before the next was sent", time.Since(started))
	if took := time.Since(started); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	metrics := text(t, server.url+wire.MetricsPath)
	if !strings.Contains(metrics, "\njumun_marts_failing 1\n") || !strings.Contains(metrics, `jumun_way_in_up{way="topic"} 1`) {
		t.Errorf("the metrics do not say that one mart fails:\n%s", metrics)
	}
}

func TestAWayInThatIsDeadIsToldAndCutsNobodyOff(t *testing.T) {
	redis := redistest.Start(t)
	redis.Ask("SET", "jumun:orders", "x")
	server := serve(t, "--redis", redis.URL())
	eventually(t, "the dead stream is told", func() bool {
		return strings.Contains(text(t, server.url+wire.MetricsPath), `jumun_way_in_up{way="stream"} 0`) &&
			strings.Contains(text(t, server.url+wire.ReadyPath), "degraded: the stream jumun:orders is not read: WRONGTYPE")
	})
	pc := connect(t, server.url, "42")
	publish(t, redis.URL(), "order", publication("42", "1"))
	pc.wants(t, "42", "1")
	redis.Ask("DEL", "jumun:orders")
	eventually(t, "it is read again", func() bool { return text(t, server.url+wire.ReadyPath) == "ok\n" })
}

func TestAMissingReplicaIsSaidAndTheOrderRingsAllTheSame(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--replicas", "1")
	pc := connect(t, server.url, "42")
	for _, n := range []order.OrderID{"1", "2"} {
		if said := post(t, server, wire.PublishPath, publication("42", n), http.StatusServiceUnavailable); !strings.Contains(said, "recorded and rings") {
			t.Errorf("answered %s", said)
		}
		pc.wants(t, "42", n)
	}
	started := time.Now()
	post(t, server, wire.PublishPath, publication("42", "3"), http.StatusServiceUnavailable)
	if took := time.Since(started); took > 1500*time.Millisecond {
		t.Errorf("a publisher waits %v for a replica that is known to be away", took)
	}
	pc.wants(t, "42", "3")
	if metrics := text(t, server.url+wire.MetricsPath); !strings.Contains(metrics, "\njumun_replicas_missing 1\n") {
		t.Error("the metrics do not say that a replica is missing")
	}
}
