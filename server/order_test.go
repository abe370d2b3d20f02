package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// ordered runs "jumun-server order", which must succeed, and returns what it prints.
func ordered(t *testing.T, redis string, args ...string) string {
	t.Helper()
	code, stdout, stderr := do(t, nothing, append([]string{"order", "--redis", redis}, args...)...)
	if code != exitDone {
		t.Fatalf("order %q: %d %s", args, code, stderr)
	}
	return stdout
}

func TestTheOrderCommandKeepsTheLimitsOfTheServers(t *testing.T) {
	redis := redistest.Start(t)
	serve(t, "--redis", redis.URL(), "--max-events", "50000")
	redis.Ask("EVAL", `for i = 1, 15000 do redis.call('XADD', KEYS[1], '*', 'event', '{"kind":"order","order":"1"}', 'prev', '0-0') end return 1`, "1", eventlog.LogKey("42"))
	ordered(t, redis.URL(), "--mart", "42", "--order", "1001")
	if n := redis.Ask("XLEN", eventlog.LogKey("42")); n != "15001" {
		t.Errorf("%s events are left of 15,001", n)
	}
}

func TestTheOrderCommandObeysTheServersReplicas(t *testing.T) {
	redis := redistest.Start(t)
	serve(t, "--redis", redis.URL(), "--replicas", "1")
	if code, _, stderr := do(t, nothing, "order", "--redis", redis.URL(), "--mart", "42", "--order", "1"); code != exitFailed || !strings.Contains(stderr, "1 are required") {
		t.Errorf("%d %s", code, stderr)
	}
}

func TestServersWithDifferentLimitsAreToldOf(t *testing.T) {
	redis := redistest.Start(t)
	serve(t, "--redis", redis.URL())
	said := serve(t, "--redis", redis.URL(), "--max-events", "50000")
	eventually(t, "the difference is logged", func() bool { return strings.Contains(said.err.String(), "other limits for the logs") })
}

// paired connects a device of one mart, and waits until it is listed.
func paired(t *testing.T, server *program, mart order.MartID) {
	t.Helper()
	ask(t, as(t, signed(t, claims(wire.RoleDevice, mart)), http.MethodGet, server.url+wire.EventsPath(mart), ""))
	eventually(t, "it is listed", func() bool { return strings.Contains(text(t, server.url+wire.DevicesPath(mart)), `"connected":true`) })
}

func TestWhatBecameOfAnOrderCanBeAsked(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	paired(t, server, "42")
	pc := connect(t, server.url, "42")
	post(t, server, wire.PublishPath, `{"martId":42,"orderId":"2026/1","amount":4500}`, http.StatusAccepted)
	first := pc.next(t)["id"]
	acks(t, server, first)
	pc.next(t)
	redis.Ask("XADD", "jumun:orders", "*", "martId", "42", "orderId", "2026/1", "amount", "9000", "key", "k")
	second := pc.next(t)["id"]
	ordered(t, redis.URL(), "--mart", "42", "--key", "k", "--cancel")

	var h wire.History
	if err := json.Unmarshal([]byte(text(t, server.url+wire.HistoryPath("42", "2026/1"))), &h); err != nil {
		t.Fatal(err)
	}
	if len(h.Orders) != 2 || string(h.Orders[0].ID) != second || string(h.Orders[1].ID) != first {
		t.Fatalf("%+v", h)
	}
	if o := h.Orders[0]; o.Way != "stream" || o.Key != "k" || o.Amount != "9000" || o.Open || !o.Remembered || len(o.Events) != 1 || o.Events[0].Event != wire.CancelEvent {
		t.Errorf("the newer one: %+v", o)
	}
	if o := h.Orders[1]; o.Way != "http" || o.Open || len(o.Events) != 1 || o.Events[0].Event != wire.AckEvent || o.At.IsZero() {
		t.Errorf("the older one: %+v", o)
	}
	if len(h.Devices) == 0 || !h.Devices[0].Connected {
		t.Errorf("devices: %+v", h.Devices)
	}
	said := ordered(t, redis.URL(), "--mart", "42", "--order", "2026/1", "--show")
	for _, want := range []string{first, second, "by http", "by stream", "confirmed", "withdrawn by its publisher", "connected"} {
		if !strings.Contains(said, want) {
			t.Errorf("--show lacks %q:\n%s", want, said)
		}
	}
	if said := ordered(t, redis.URL(), "--mart", "42", "--order", "9", "--show"); !strings.Contains(said, "has no order 9") {
		t.Errorf("of an order that was never there: %s", said)
	}
}

func TestWhatWouldBecomeOfAnOrderCanBeAsked(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	paired(t, server, "a1")
	tells := func(want string, args ...string) {
		t.Helper()
		before := redis.Ask("KEYS", "jumun:{a1}:*")
		if said := ordered(t, redis.URL(), append(args, "--dry-run")...); !strings.Contains(said, want) {
			t.Errorf("%q says %s", args, said)
		}
		if after := redis.Ask("KEYS", "jumun:{a1}:*"); len(after) != len(before) {
			t.Errorf("%q changed %s to %s", args, before, after)
		}
	}
	tells("the number is new", "--mart", "a1", "--order", "1")
	tells("connected", "--mart", "a1", "--order", "1")
	ordered(t, redis.URL(), "--mart", "a1", "--order", "1", "--amount", "5", "--key", "k")
	tells("nobody has confirmed that one", "--mart", "a1", "--order", "1")
	tells("something differs", "--mart", "a1", "--order", "1", "--amount", "6")
	tells("the key is the same", "--mart", "a1", "--order", "2", "--key", "k")
	ordered(t, redis.URL(), "--mart", "a1", "--key", "gone", "--cancel")
	tells("withdrawn before it came", "--mart", "a1", "--order", "3", "--key", "gone")
	tells("mart a1, 1", "--message", `{"martId":"a1","orderId":1.0}`)
	tells(`mart "a1" has devices`, "--mart", "A1", "--order", "1")
	code, _, stderr := do(t, nothing, "order", "--redis", redis.URL(), "--dry-run", "--message", `a:1:{s:6:"martId";i:42;}`)
	if code != exitFailed || !strings.Contains(stderr, "it would be refused") {
		t.Errorf("%d %s", code, stderr)
	}
}

func TestAnOrderIsNamedOnceAndWhole(t *testing.T) {
	for _, args := range []string{"--mart 42", "--order 1", "--message {} --mart 42", "--mart 42 --cancel", "--mart 42 --order 1 --show --dry-run",
		"--mart 42 --order 1 --dry-run --server http://localhost", "--mart 42 --order 1 --dry-run --cancel", "--mart a/b --order 1"} {
		if code, _, stderr := do(t, nothing, append([]string{"order"}, strings.Fields(args)...)...); code != exitUsage {
			t.Errorf("%s: %d %s", args, code, stderr)
		}
	}
}

// TestAWithdrawalByHand also goes by a server, whose answer is the same.
func TestAWithdrawalByHand(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	pc := connect(t, server.url, "42")
	ordered(t, redis.URL(), "--mart", "42", "--order", "1")
	pc.wants(t, "42", "1")
	if said := ordered(t, redis.URL(), "--mart", "42", "--order", "1", "--cancel"); !strings.HasPrefix(said, "withdrawn 1 of mart 42 as") {
		t.Error(said)
	}
	if e := pc.next(t); e["event"] != wire.CancelEvent {
		t.Errorf("heard %v", e)
	}
	for i, want := range []string{"was withdrawn before", "was not recorded before", "withdrawn before"} {
		args := []string{"--mart", "42", "--order", fmt.Sprint(1 + (i+1)/2)}
		if i < 2 {
			args = append(args, "--cancel")
		}
		if said := ordered(t, redis.URL(), args...); !strings.Contains(said, want) {
			t.Errorf("%q says %s", args, said)
		}
	}
}
