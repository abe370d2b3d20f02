package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func TestADrainingServerRefusesNewDevicesAndStillBringsOrdersToTheOthers(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--drain", "1h")
	first := connect(t, server.url, "42")
	var rest []*device
	for range 20 {
		rest = append(rest, connect(t, server.url, "42"))
	}
	server.cancel()
	eventually(t, "not ready", func() bool { return status(t, server.url+wire.ReadyPath) == http.StatusServiceUnavailable })
	for _, path := range []string{wire.EventsPath("42"), wire.OrdersPath("42"), wire.ReadyPath} {
		res, err := http.Get(server.url + path)
		if err != nil {
			t.Fatal(err)
		}
		if said := read(t, res); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(said, wire.ProblemDraining) {
			t.Errorf("%s: %s %s", path, res.Status, said)
		}
	}
	paid(t, server, "42", "1")
	heard := 0
	for _, pc := range append(rest, first) {
		e := pc.next(t)
		if e["event"] == wire.OrderEvent {
			heard++
		} else if e["event"] != wire.ByeEvent || !strings.Contains(e["data"], wire.ByeDrain) {
			t.Errorf("got %v", e)
		}
	}
	if heard < 15 { // within an hour one or two have been let go
		t.Errorf("%d of 21 heard the order", heard)
	}
	for _, pc := range append(rest, first) {
		pc.close() // else the hour would be waited for
	}
}

func TestAStreamEndsWithByeWhenItIsOldAndResumesWithoutLoss(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL(), "--lifetime", "50ms", "--retry", "10ms")
	last := ""
	for _, n := range numbers(20) {
		paid(t, server, "42", n)
		for heard := false; !heard; {
			pc := connectAfter(t, server.url, "42", last)
			for e := pc.next(t); e["event"] != wire.ByeEvent; e = pc.next(t) {
				if e["event"] != wire.OrderEvent || !strings.Contains(e["data"], `"orderId":"`+string(n)+`"`) {
					t.Fatalf("waiting for %s: %v", n, e)
				}
				heard, last = true, e["id"]
			}
		}
	}
}

func TestDrainingTakesItsWindowAndNoLonger(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL(), "--drain", "500ms")
	var pcs []*device
	for range 10 {
		pcs = append(pcs, connect(t, server.url, "42"))
	}
	asked := time.Now()
	byes := make(chan time.Duration, len(pcs))
	for _, pc := range pcs {
		go func() {
			for range pc.events { // to the stream's end
			}
			byes <- time.Since(asked)
		}()
	}
	server.stop(t)
	var last time.Duration
	first := time.Hour
	for range pcs {
		d := <-byes
		first, last = min(first, d), max(last, d)
	}
	// How the machine is loaded can make it slower, never faster.
	if last-first < 200*time.Millisecond {
		t.Errorf("all left within %v", last-first)
	}
}
