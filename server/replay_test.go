package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// send POSTs body and returns the status and what was answered.
func send(t *testing.T, url, body string) (int, string) {
	t.Helper()
	res, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, read(t, res)
}

// paid POSTs an order until it is recorded.
func paid(t *testing.T, server *program, mart order.MartID, numbers ...order.OrderID) {
	t.Helper()
	for _, n := range numbers {
		if code, said := send(t, server.url+wire.PublishPath, publication(mart, n)); code != http.StatusAccepted {
			t.Fatalf("order %s: %d %s", n, code, said)
		}
	}
}

func acknowledge(t *testing.T, server *program, mart order.MartID, number order.OrderID, by string) {
	t.Helper()
	if code, said := send(t, server.url+wire.AckPath(mart, number), `{"device":"`+by+`"}`); code != http.StatusNoContent {
		t.Fatalf("%d %s", code, said)
	}
}

func poll(t *testing.T, server *program, mart order.MartID, query string) wire.Polled {
	t.Helper()
	var p wire.Polled
	if err := json.Unmarshal([]byte(text(t, server.url+wire.OrdersPath(mart)+query)), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestADeviceThatComesBackGetsWhatItMissedOnceAndInOrder(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	pc := connect(t, one.url, "42")
	paid(t, one, "42", "1", "2")
	pc.wants(t, "42", "1")
	last := pc.next(t)["id"]
	pc.close()
	paid(t, two, "42", "3", "4")
	acknowledge(t, two, "42", "3", "카운터")

	back := connectAfter(t, two.url, "42", last)
	if back.connected["id"] != last {
		t.Errorf("connected at %q, want %q", back.connected["id"], last)
	}
	paid(t, one, "42", "5")
	if e := back.next(t); !strings.Contains(e["data"], `"orderId":"3"`) || !strings.Contains(e["data"], `"confirmed":true`) {
		t.Errorf("order 3 came as %v", e)
	}
	back.wants(t, "42", "4")
	if e := back.next(t); e["event"] != wire.AckEvent || !strings.Contains(e["data"], `"device":"카운터"`) {
		t.Errorf("its ack came as %v", e)
	}
	back.wants(t, "42", "5")
}

func TestOneConfirmationReachesEveryDeviceAndTheFirstOneWins(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	pc1, pc2 := connect(t, one.url, "42"), connect(t, two.url, "42")
	paid(t, one, "42", "1001")
	done := make(chan int, 2)
	for i, server := range []*program{one, two} {
		go func() {
			res, err := http.Post(server.url+wire.AckPath("42", "1001"), "", strings.NewReader(fmt.Sprintf(`{"device":"PC%d"}`, i)))
			if err != nil {
				done <- 0
				return
			}
			_ = res.Body.Close()
			done <- res.StatusCode
		}()
	}
	if a, b := <-done, <-done; a != http.StatusNoContent || b != http.StatusNoContent {
		t.Errorf("answered %d and %d", a, b)
	}
	paid(t, two, "42", "1002")
	var winners []string
	for _, pc := range []*device{pc1, pc2} {
		pc.wants(t, "42", "1001")
		winners = append(winners, pc.next(t)["data"])
		pc.wants(t, "42", "1002") // and no second ack before it
	}
	if winners[0] != winners[1] || !strings.Contains(winners[0], `"orderId":"1001","id":"`) {
		t.Errorf("the devices heard %v", winners)
	}
}

func TestPollingGivesTheSameEventsAndWaitsForThem(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	paid(t, one, "42", "1", "2", "3")
	first := poll(t, one, "42", "?limit=2")
	if len(first.Events) != 2 || !first.More {
		t.Fatalf("polled %+v", first)
	}
	rest := poll(t, two, "42", "?wait=60&after="+string(first.Last))
	if len(rest.Events) != 1 || rest.More || !strings.Contains(string(rest.Events[0].Data), `"orderId":"3"`) {
		t.Fatalf("polled %+v", rest)
	}
	answers := make(chan string)
	go func() { answers <- text(t, one.url+wire.OrdersPath("42")+"?wait=60&after="+string(rest.Last)) }()
	eventually(t, "the poll waits", func() bool { return count(t, one, "jumun_streams_open") == 1 })
	paid(t, two, "42", "4")
	if said := <-answers; !strings.Contains(said, `"orderId":"4"`) {
		t.Errorf("the poll that waited got %s", said)
	}
}

func TestOrdersAppendedWhileNoServerRanAreRecordedWhenOneComes(t *testing.T) {
	redis := redistest.Start(t)
	redis.Ask("XADD", "jumun:orders", "*", "martId", "42", "orderId", "1001", "summary", "라떼 2")
	redis.Ask("XADD", "jumun:orders", "*", "poison", "x")
	server := serve(t, "--redis", redis.URL())
	pc := connect(t, server.url, "42")
	if e := pc.next(t); !strings.Contains(e["data"], `"summary":"라떼 2"`) {
		t.Errorf("got %v", e)
	}
	redis.Ask("XADD", "jumun:orders", "*", "martId", "42", "orderId", "1002")
	pc.wants(t, "42", "1002")
	eventually(t, "the stream is empty", func() bool { return redis.Ask("XLEN", "jumun:orders") == "0" })
	eventually(t, "poison is counted", func() bool { return count(t, server, `jumun_malformed_total{reason="not-json",way="stream"}`) == 1 })
}

func TestAnOrderThatComesByEveryWayRingsOnce(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	pc := connect(t, server.url, "42")
	paid(t, server, "42", "1", "1")
	publish(t, redis.URL(), "order", publication("42", "1"))
	redis.Ask("XADD", "jumun:orders", "*", "martId", "42", "orderId", "1")
	eventually(t, "the last way came", func() bool { return count(t, server, `jumun_orders_total{outcome="duplicate",way="stream"}`) == 1 })
	paid(t, server, "42", "2")
	pc.wants(t, "42", "1", "2")
}

func TestWhatOthersPutUnderOurNamesIsCountedAndDisturbsNobody(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	pc := connect(t, server.url, "42")
	for _, garbage := range []string{"hello", "1-0 2-0 {}", strings.Repeat("x", 1<<20)} {
		eventually(t, "it was heard", func() bool { return redis.Ask("PUBLISH", "jumun:{42}:events", garbage) == "1" })
	}
	paid(t, server, "42", "1")
	redis.Ask("XADD", "jumun:{42}:log", "*", "poison", "x")
	paid(t, server, "42", "2")
	pc.wants(t, "42", "1", "2")
	connectAfter(t, server.url, "42", "0-0").wants(t, "42", "1", "2")
	for what, least := range map[string]float64{"message": 3, "entry": 2} {
		if n := count(t, server, `jumun_foreign_total{what="`+what+`"}`); n < least {
			t.Errorf("%s: counted %v, want %v or more", what, n, least)
		}
	}
}
