//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
)

// TestMain has the test's own program be the server for WebSocket, as the benchmark's is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestEveryWayBringsEveryOrder(t *testing.T) {
	server := filepath.Join(t.TempDir(), "jumun-server")
	if said, err := exec.Command("go", "build", "-buildvcs=false", "-o", server, "jumun/server").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	p := plan{devices: 20, rate: 20, lasts: time.Second, gather: 200 * time.Millisecond, server: server}
	all := ways()
	results, errs := make([]result, len(all)), make([]error, len(all))
	var group sync.WaitGroup
	for i, w := range all { // at once: what they cost is not looked at closely here
		group.Go(func() { results[i], errs[i] = measure(t.Context(), p, w) })
	}
	group.Wait()
	for i, w := range all {
		t.Run(w.name, func(t *testing.T) { plausible(t, w, p, results[i], errs[i]) })
	}
}

func plausible(t *testing.T, w way, p plan, r result, err error) {
	if err != nil {
		t.Fatal(err)
	}
	if r.Lost+r.Repeated+r.Strange > 0 || r.Broken > 0 {
		t.Errorf("%+v", r)
	}
	if r.P50 <= 0 || r.P99 < r.P50 || r.P99 > w.period+late {
		t.Errorf("delays of %v and %v", r.P50, r.P99)
	}
	if r.Busy.Server <= 0 || r.Busy.Redis <= 0 || r.Memory <= 0 {
		t.Errorf("it cost nothing: %+v", r)
	}
	asks := strings.Contains(w.name, "polling")
	if w.period <= p.lasts && r.Quiet.Requests <= 0 || !asks && r.Busy.Requests > 0 || !asks && r.Busy.Bytes <= 0 {
		t.Errorf("what was asked and sent cannot be: %+v", r)
	}
}

func TestWhatCannotBeComparedIsRefused(t *testing.T) {
	for _, args := range [][]string{{"--devices", "0"}, {"--rate", "0"}, {"--seconds", "-1"}, {"--ways", "pigeon"}, {"--speed", "1"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
	if err := run(t.Context(), []string{"serve", "--keys", "/no/such/file"}, io.Discard, io.Discard); err == nil {
		t.Error("a server without keys runs")
	}
}

func TestADeviceThatIsCutOffComesAgainAndIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		d := &device{traffic: &traffic{}}
		var came []time.Time
		d.run(ctx, func(context.Context, *device) error {
			if came = append(came, time.Now()); len(came) == 2 {
				leave()
			}
			return io.EOF
		})
		if len(came) != 2 || came[1].Sub(came[0]) != again || d.traffic.broken.Load() != 1 {
			t.Errorf("it came at %v, %d were broken", came, d.traffic.broken.Load())
		}
	})
}

// served is a device of a server that answers by handle, and leaves when ctx ends.
func served(t *testing.T, handle http.HandlerFunc) *device {
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return &device{
		mart: "42", token: "secret", address: server.Listener.Addr().String(), traffic: &traffic{},
		ledger: newLedger([]order.MartID{"42", "42"}), here: func() {},
	}
}

func TestAPollAsksForWhatFollowsAndAtOnceIfThereIsMore(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	var asked []string
	d := served(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		switch len(asked) {
		case 1:
			event := fmt.Sprintf(`{"martId":"42","orderId":%q,"message":"","at":"2026-07-27T20:00:00Z"}`, number(0, time.Now()))
			fmt.Fprintf(w, `{"events":[{"event":"order","id":"1-0","data":%s}],"last":"1-0","more":true}`, event)
		default:
			fmt.Fprint(w, `{"events":[],"last":"2-0","more":false}`)
		}
	})
	waited := 0
	err := d.poll(ctx, func() time.Duration {
		if waited++; waited == 2 {
			leave()
		}
		return hold
	})
	if want := "after=&wait=0 after=1-0&wait=0 after=2-0&wait=25"; err == nil || strings.Join(asked, " ") != want {
		t.Errorf("asked %q, %v", asked, err)
	}
	var r result
	if d.ledger.tell(&r); r.Lost != 1 {
		t.Errorf("%+v", r)
	}
}

func TestAStreamIsResumedWhereItEnded(t *testing.T) {
	var resumed []string
	d := served(t, func(w http.ResponseWriter, r *http.Request) {
		resumed = append(resumed, r.Header.Get("Last-Event-ID"))
		fmt.Fprint(w, "event: connect\nid: 7-0\ndata: connected\n\n:\n\n")
	})
	for range 2 {
		if err := streaming(t.Context(), d); err != io.EOF {
			t.Error(err)
		}
	}
	if strings.Join(resumed, " ") != " 7-0" {
		t.Errorf("resumed after %q", resumed)
	}
}

func TestEveryByteOfAnExchangeIsCounted(t *testing.T) {
	d := served(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		fmt.Fprint(w, "data: x\n\n")
	})
	if err := streaming(t.Context(), d); err != io.EOF {
		t.Fatal(err)
	}
	asked := "GET /v1/marts/42/events HTTP/1.1\r\nHost: " + d.address +
		"\r\nUser-Agent: jumun-bench\r\nAuthorization: Bearer secret\r\nAccept: text/event-stream\r\n\r\n"
	answered := "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ndata: x\n\n"
	if out, in := d.traffic.out.Load(), d.traffic.in.Load(); out != int64(len(asked)) || in != int64(len(answered)) || d.traffic.requests.Load() != 1 {
		t.Errorf("%d bytes out, want %d; %d in, want %d", out, len(asked), in, len(answered))
	}
}

func TestARefusalSaysWhatTheServerSaid(t *testing.T) {
	d := served(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	for _, receive := range []receiveFunc{streaming, longPolling} {
		if err := receive(t.Context(), d); err == nil || !strings.Contains(err.Error(), "401") || strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
	}
}
