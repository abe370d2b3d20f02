package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// testOf sends a test alarm to mart 42, and returns its ID.
func testOf(t *testing.T, server *program, admin string) order.ID {
	t.Helper()
	res := ask(t, as(t, admin, "POST", server.url+"/v1/admin/marts/42/tests", ""))
	var sent wire.TestSent
	if body := read(t, res); res.StatusCode != http.StatusAccepted || json.Unmarshal([]byte(body), &sent) != nil || sent.ID == "" || sent.At.IsZero() {
		t.Fatal(res.Status, body)
	}
	return sent.ID
}

func tell(t *testing.T, server *program, token string, id order.ID, body string, want int) {
	t.Helper()
	res := ask(t, as(t, token, "POST", server.url+wire.TestPath("42", id), body))
	if said := read(t, res); res.StatusCode != want {
		t.Fatalf("%s: %s %s, want %d", body, res.Status, said, want)
	}
}

func resultOf(t *testing.T, server *program, admin string, id order.ID) (found wire.TestResult) {
	t.Helper()
	res := ask(t, as(t, admin, "GET", server.url+wire.MartAdminPath("42")+"/tests/"+string(id), ""))
	if body := read(t, res); res.StatusCode != http.StatusOK || json.Unmarshal([]byte(body), &found) != nil {
		t.Fatal(res.Status, body)
	}
	return found
}

func TestATestAlarmReachesEachDeviceWhereverItIsAndItsAnswerComesBack(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	counter, kitchen := pairDevice(t, one.url, redis.URL(), "카운터"), pairDevice(t, two.url, redis.URL(), "주방")
	here, there := hear(t, one.url, counter.Token), hear(t, two.url, kitchen.Token)
	admin := signed(t, claims(wire.RoleAdmin, "42"))
	eventually(t, "both are listed as connected", func() bool {
		res := ask(t, as(t, admin, "GET", one.url+wire.MartAdminPath("42"), ""))
		return strings.Contains(read(t, res), `"connected":2`)
	})
	id := testOf(t, one, admin)
	for _, pc := range []*device{here, there} {
		if e := pc.next(t); e["event"] != wire.TestEvent || e["id"] != string(id) || !strings.HasPrefix(e["data"], `{"at":"2`) {
			t.Errorf("got %v", e)
		}
	}
	tell(t, two, kitchen.Token, id, `{"sounded":true,"shown":true,"problems":["closed"],"later":"field"}`, 204)
	tell(t, one, kitchen.Token, id, `{"sounded":true,"shown":true,"heard":true}`, 204)
	found := resultOf(t, two, admin, id)
	if found.MartID != "42" || found.ID != id || len(found.Devices) != 2 {
		t.Fatalf("%+v", found)
	}
	for _, d := range found.Devices {
		answered := d.Name == "주방"
		if !d.Connected || d.AnsweredAt.IsZero() == answered || d.Sounded != answered || d.Shown != answered || d.Heard != answered || d.Problems != nil {
			t.Errorf("%+v", d)
		}
	}
	if code, out, _ := do(t, nothing, "audit", "--redis", redis.URL()); code != exitDone || !strings.Contains(out, "sent a test alarm") || !strings.Contains(out, "id="+string(id)) {
		t.Error(out)
	}
	if !strings.Contains(text(t, one.url+wire.MetricsPath), "\njumun_test_alarms_total 1\n") {
		t.Error("it is not counted")
	}
}

func TestATestAlarmIsNoOrderForAnybody(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	admin := signed(t, claims(wire.RoleAdmin, "42"))
	id := testOf(t, server, admin)
	paid(t, server, "42", "1")
	if p := poll(t, server, "42", "?after=0-0"); len(p.Events) != 2 || p.Events[0].Event != wire.TestEvent || p.Events[0].ID != id {
		t.Errorf("a device that polls gets %+v", p)
	}
	if p := poll(t, server, "42", ""); len(p.Events) != 1 || p.Events[0].Event != wire.OrderEvent {
		t.Errorf("a new device gets %+v", p)
	}
	var status wire.MartStatus
	if err := json.Unmarshal([]byte(read(t, ask(t, as(t, admin, "GET", server.url+wire.MartAdminPath("42"), "")))), &status); err != nil || status.OrdersOpen != 1 {
		t.Errorf("%+v, %v", status, err)
	}
}

// A log with a test of more than a minute ago is what a device finds that was away.
func TestNobodyHearsATestAlarmOfBefore(t *testing.T) {
	redis := redistest.Start(t)
	old := fmt.Sprintf("%d-0", time.Now().Add(-wire.TestFresh-time.Second).UnixMilli())
	redis.Ask("XADD", "jumun:{42}:log", old, "event", `{"kind":"test","order":"test"}`, "prev", "0-0")
	server := serve(t, "--redis", redis.URL())
	if p := poll(t, server, "42", "?after=0-0"); len(p.Events) != 0 || p.Last != order.ID(old) {
		t.Errorf("a device that polls gets %+v", p)
	}
	pc := connectAfter(t, server.url, "42", "0-0")
	paid(t, server, "42", "1")
	pc.wants(t, "42", "1")
}

func TestATestAlarmIsAnsweredByDevicesOfItsMartInTheFormAgreed(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	admin, pc := signed(t, claims(wire.RoleAdmin, "42")), signed(t, claims(wire.RoleDevice, "42"))
	id := testOf(t, server, admin)
	tell(t, server, signed(t, claims(wire.RoleDevice, "43")), id, `{"sounded":true}`, 403)
	tell(t, server, admin, id, `{"sounded":true}`, 403)
	for _, bad := range []string{"", "null", "[]", `"x"`, `{"sounded":"yes"}`, `{"problems":"muted"}`, `{"sounded":true`} {
		tell(t, server, pc, id, bad, 400)
	}
	tell(t, server, pc, id, `{"problems":["`+strings.Repeat("x", wire.MaxPresence)+`"]}`, 413)
	tell(t, server, pc, "1-0", `{"sounded":true}`, 404)
	tell(t, server, pc, "nonsense", `{"sounded":true}`, 404)
	res := ask(t, as(t, admin, "POST", server.url+"/v1/admin/marts/42/tests", ""))
	if body := read(t, res); res.StatusCode != 429 || res.Header.Get("Retry-After") == "" || !strings.Contains(body, wire.ProblemTooMany) {
		t.Errorf("a second one at once: %s %s", res.Status, body)
	}
	for path, want := range map[string]int{"/v1/admin/marts/43/tests": 403, "/v1/admin/marts/*/tests": 403} {
		if res := ask(t, as(t, admin, "POST", server.url+path, "")); res.StatusCode != want {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
	if res := ask(t, as(t, signed(t, claims(wire.RoleAdmin, "*")), "POST", server.url+"/v1/admin/marts/*/tests", "")); res.StatusCode != 400 {
		t.Errorf("all marts at once: %s", res.Status)
	}
}
