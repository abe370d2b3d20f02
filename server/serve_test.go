package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"jumun/server/internal/ingest"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestTwoServersOnOneRedisBothDeliverOnceAndOtherMartsHearNothing(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	pc1, pc2, other := connect(t, one.url, "42"), connect(t, two.url, "42"), connect(t, two.url, "43")
	want := numbers(200)
	for _, n := range want {
		publish(t, redis.URL(), "order", publication("42", n))
	}
	publish(t, redis.URL(), "order", publication("43", "last"))
	other.wants(t, "43", "last") // and nothing before it
	publish(t, redis.URL(), "order", publication("42", "last"))
	pc1.wants(t, "42", append(want, "last")...)
	pc2.wants(t, "42", append(want, "last")...)
	// What is counted is counted a moment after it is seen.
	eventually(t, "every order was recorded by one of the two, and found recorded by the other", func() bool {
		return both(t, one, two, ingest.Recorded) == 202 && both(t, one, two, ingest.Duplicate) == 202
	})
	eventually(t, "every event was delivered", func() bool { return count(t, one, "jumun_events_delivered_total") == 201 })
}

func both(t *testing.T, one, two *program, outcome string) float64 {
	name := `jumun_orders_total{outcome="` + outcome + `",way="topic"}`
	return count(t, one, name) + count(t, two, name)
}

// count reads a metric; 0 if it is not there.
func count(t *testing.T, p *program, name string) (n float64) {
	t.Helper()
	for line := range strings.Lines(text(t, p.url+wire.MetricsPath)) {
		if rest, found := strings.CutPrefix(line, name+" "); found {
			_, _ = fmt.Sscan(rest, &n)
		}
	}
	return n
}

func TestWhatPublishersSendArrivesAsTheContractSays(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--retry", "1500ms")
	pc := connect(t, server.url, "42")
	for _, msg := range []string{
		`{"martId":42,"orderId":1001}`, `{"martId":"42","orderId":"1002"}`, `"{\"martId\":\"42\",\"orderId\":\"1003\"}"`,
		`{"martId":42,"orderId":1001}`, `{"martId":42,"orderId":"한글/{}","unknown":{"a":[1]}}`,
	} {
		publish(t, redis.URL(), "order", msg)
	}
	e := pc.next(t)
	for _, want := range []string{`{"martId":"42","orderId":"1001","message":"1001 주문 발생","at":"20`, `Z"}`} {
		if !strings.Contains(e["data"], want) {
			t.Errorf("data %s lacks %s", e["data"], want)
		}
	}
	if e["event"] != "order" || !strings.Contains(e["id"], "-") {
		t.Errorf("event %v", e)
	}
	pc.wants(t, "42", "1002", "1003", "한글/{}")
}

func TestTheTopicAndTheHeartbeatAreConfiguration(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--topic", "paid:orders", "--heartbeat", "10ms")
	pc := connect(t, server.url, "42")
	if e := <-pc.events; fmt.Sprint(e) != "map[:]" {
		t.Errorf("a quiet stream carries %v", e)
	}
	publish(t, redis.URL(), "paid:orders", publication("42", "1"))
	if e := pc.next(t); e["event"] != "order" {
		t.Errorf("event %v", e)
	}
}

func TestAFloodOfGarbageDisturbsNobodyAndIsAFewLogLines(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	pc := connect(t, server.url, "42")
	before := strings.Count(server.err.String(), "\n")
	huge := `{"martId":42,"orderId":"` + strings.Repeat("9", 10<<20) + `"}`
	for i, n := range numbers(20) {
		for _, garbage := range []string{"not JSON", "", "\x00\x1b[2J", `{"martId":"4\n2","orderId":1}`, `{"orderId":1}`, "[]", "\xff\xfe"} {
			publish(t, redis.URL(), "order", garbage)
		}
		if i%5 == 0 {
			publish(t, redis.URL(), "order", huge)
		}
		publish(t, redis.URL(), "order", publication("42", n))
	}
	pc.wants(t, "42", numbers(20)...)
	log := server.err.String()
	if n := strings.Count(log, "\n") - before; n < 1 || n > 10 {
		t.Errorf("%d log lines:\n%s", n, log)
	}
	if strings.ContainsAny(log, "\x00\x1b") || len(log) > 10_000 {
		t.Errorf("the log has %d bytes, or control characters", len(log))
	}
	for reason, want := range map[string]float64{"not-json": 40, "empty": 20, "serializer": 20, "mart-id": 40, "not-utf8": 20, "too-long": 4} {
		if got := count(t, server, `jumun_malformed_total{reason="`+reason+`",way="topic"}`); got != want {
			t.Errorf("%s: counted %v, want %v", reason, got, want)
		}
	}
}

func TestAServerThatLosesRedisKeepsItsStreamsAndRecoversByItself(t *testing.T) {
	redis := redistest.Start(t, "--appendonly", "yes")
	server := serve(t, "--redis", redis.URL(), "--heartbeat", "50ms")
	pc := connect(t, server.url, "42")
	publish(t, redis.URL(), "order", publication("42", "before"))
	pc.wants(t, "42", "before")
	redis.Kill()
	eventually(t, "not ready", func() bool { return status(t, server.url+wire.ReadyPath) == http.StatusServiceUnavailable })
	if status(t, server.url+wire.LivePath) != http.StatusOK || count(t, server, "jumun_redis_up") != 0 {
		t.Error("liveness depends on Redis, or the metric does not")
	}
	eventually(t, "a second device, which could not hear either, is refused", func() bool {
		return status(t, server.url+wire.EventsPath("42")) == http.StatusServiceUnavailable
	})
	redis.Restart()
	// Somebody else was faster, and recorded an order: nobody tells this server of it.
	if code, _, said := do(t, nothing, "order", "--mart", "42", "--order", "meanwhile", "--redis", redis.URL()); code != exitDone {
		t.Fatal(said)
	}
	eventually(t, "ready", func() bool { return status(t, server.url+wire.ReadyPath) == http.StatusOK })
	publish(t, redis.URL(), "order", publication("42", "after"))
	pc.wants(t, "42", "meanwhile", "after")
	if n := count(t, server, "jumun_streams_open"); n != 1 {
		t.Errorf("%v streams are open", n)
	}
}

func TestADeviceIsRefusedWhileItCouldNotHear(t *testing.T) {
	redis := redistest.Start(t)
	redis.Kill()
	server := serveUnready(t, "--redis", redis.URL())
	res, err := http.Get(server.url + wire.EventsPath("42"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(string(body), wire.ProblemNotReady) {
		t.Errorf("%s %v %s", res.Status, res.Header, body)
	}
	redis.Restart()
	eventually(t, "ready", func() bool { return status(t, server.url+wire.ReadyPath) == http.StatusOK })
	pc := connect(t, server.url, "42")
	publish(t, redis.URL(), "order", publication("42", "1"))
	pc.wants(t, "42", "1")
}

func TestEveryAnswerButAStreamIsAProblem(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL())
	tests := []struct {
		name, method, path string
		status             int
		problem            string
	}{
		{"HEAD would wait for ever", "HEAD", "/v1/marts/42/events", 405, ""},
		{"POST", "POST", "/v1/marts/42/events", 405, wire.ProblemMethod},
		{"POST to a probe", "POST", "/readyz", 405, wire.ProblemMethod},
		{"a mart with a space", "GET", "/v1/marts/4%202/events", 400, wire.ProblemMartID},
		{"a mart of 65 characters", "GET", "/v1/marts/" + strings.Repeat("4", 65) + "/events", 400, wire.ProblemMartID},
		{"a mart with a line break", "GET", "/v1/marts/4%0A2/events", 400, wire.ProblemMartID},
		{"a mart that is a step", "GET", "/v1/marts/%2e%2e/events", 400, wire.ProblemMartID},
		{"no mart, which ServeMux would redirect", "GET", "/v1/marts//events", 404, wire.ProblemNoSuchPath},
		{"a slash at the end", "GET", "/v1/marts/42/events/", 404, wire.ProblemNoSuchPath},
		{"the root", "GET", "/", 404, wire.ProblemNoSuchPath},
		{"anything else", "GET", "/v1/order", 404, wire.ProblemNoSuchPath},
		{"DELETE where orders are published", "DELETE", "/v1/orders", 405, wire.ProblemMethod},
		{"an order that is none", "POST", "/v1/orders", 400, wire.ProblemMalformed},
		{"GET of a confirmation", "GET", "/v1/marts/42/orders/1/ack", 405, wire.ProblemMethod},
		{"a confirmation for a mart with a space", "POST", "/v1/marts/4%202/orders/1/ack", 400, wire.ProblemMartID},
		{"a confirmation of an order with a line break", "POST", "/v1/marts/42/orders/1%0A/ack", 400, wire.ProblemOrderID},
		{"a poll that waits for garbage", "GET", "/v1/marts/42/orders?wait=soon", 400, wire.ProblemQuery},
		{"a poll with a negative limit", "GET", "/v1/marts/42/orders?limit=-1", 400, wire.ProblemQuery},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), tt.method, server.url+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != tt.status || res.Header.Get("Content-Type") != wire.ProblemType || !strings.Contains(string(body), tt.problem) {
				t.Errorf("%s %v %s", res.Status, res.Header, body)
			}
			if tt.status == 405 && res.Header.Get("Allow") == "" {
				t.Errorf("allow %q", res.Header.Get("Allow"))
			}
		})
	}
}

func TestAMartMayBeCalledAnythingThatSurvivesInAPath(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	for _, mart := range []order.MartID{"강남점", "}{", "a+b&c", "a:b", "..."} {
		pc := connect(t, server.url, mart)
		publish(t, redis.URL(), "order", publication(mart, "1"))
		pc.wants(t, mart, "1")
	}
}
