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

func TestAnAnswerIsAboutTheOrderThatAPersonSaw(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	pc := connect(t, one.url, "42")
	for _, amount := range []string{"1", "2"} { // two terminals share a number
		post(t, two, wire.PublishPath, `{"martId":"42","orderId":"2026/1","amount":"`+amount+`"}`, http.StatusAccepted)
	}
	first, second := pc.next(t)["id"], pc.next(t)["id"]

	if got := acks(t, two, first, "9-9"); got != "confirmed unknown" {
		t.Errorf("acked: %s", got)
	}
	if got := acks(t, one, first); got != "already" {
		t.Errorf("acked again: %s", got)
	}
	heard := map[bool]string{}
	for range 2 { // both at the same moment
		e := pc.next(t)
		heard[e["id"] == ""] = e["data"]
	}
	if !strings.Contains(heard[true], `"id":"9-9"`) || !strings.Contains(heard[false], `"id":"`+first+`"`) {
		t.Errorf("of the acks it heard %v", heard)
	}

	post(t, one, wire.ReopenPath("42"), `{"id":"`+first+`","orderId":"2026/1"}`, http.StatusNoContent)
	wantsChange(t, pc, wire.ReopenEvent, first)

	post(t, one, wire.PublishPath, `{"martId":"42","orderId":"2026/1","amount":"2","cancelled":true}`, http.StatusAccepted)
	wantsChange(t, pc, wire.CancelEvent, second)
	post(t, one, wire.ReopenPath("42"), `{"id":"`+second+`","orderId":"2026/1"}`, http.StatusConflict)
	if got := acks(t, two, second); got != "already" {
		t.Errorf("by one who had not heard of it: %s", got)
	}
	post(t, one, wire.AcksPath("42"), `{"acks":[{"id":"`+second+`","orderId":"2026/1","withdrawn":true}]}`, http.StatusOK)
	wantsChange(t, pc, wire.AckEvent, second)

	fresh := connect(t, two.url, "42") // a PC that was away
	if e := fresh.next(t); e["id"] != first || strings.Contains(e["data"], "confirmed") {
		t.Errorf("it rings for %v", e)
	}
}

// post sends a body, and checks the status of the answer, which it returns.
func post(t *testing.T, server *program, path, body string, want int) string {
	t.Helper()
	code, said := send(t, server.url+path, body)
	if code != want {
		t.Fatalf("%s %s: %d %s", path, body, code, said)
	}
	return said
}

// acks confirms orders 2026/1 of mart 42 by IDs, and returns the outcomes.
func acks(t *testing.T, server *program, ids ...string) string {
	t.Helper()
	var body wire.Acks
	for _, id := range ids {
		body.Acks = append(body.Acks, wire.AckOf{ID: order.ID(id), OrderID: "2026/1"})
	}
	text, _ := json.Marshal(body)
	var answer wire.AcksAnswer
	if err := json.Unmarshal([]byte(post(t, server, wire.AcksPath("42"), string(text), http.StatusOK)), &answer); err != nil || len(answer.Acks) != len(ids) {
		t.Fatalf("%+v, %v", answer, err)
	}
	var outcomes []string
	for i, a := range answer.Acks {
		if string(a.ID) != ids[i] {
			t.Errorf("outcome %d is about %s", i, a.ID)
		}
		outcomes = append(outcomes, a.Outcome)
	}
	return strings.Join(outcomes, " ")
}

func wantsChange(t *testing.T, pc *device, kind, id string) {
	t.Helper()
	if e := pc.next(t); e["event"] != kind || e["id"] == "" || !strings.Contains(e["data"], fmt.Sprintf(`"orderId":"2026/1","id":%q`, id)) {
		t.Errorf("heard %v, want the %s of %s", e, kind, id)
	}
}

func TestConfirmationsThatCannotBeAreRefused(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL())
	many := strings.TrimSuffix(strings.Repeat(`{"id":"1-0","orderId":"1"},`, wire.MaxAcks+1), ",")
	for _, tt := range []struct {
		name, path, body string
		want             int
	}{
		{"none", wire.AcksPath("42"), `{"acks":[]}`, 400},
		{"too many", wire.AcksPath("42"), `{"acks":[` + many + `]}`, 400},
		{"no ID", wire.AcksPath("42"), `{"acks":[{"orderId":"1"}]}`, 400},
		{"no number", wire.AcksPath("42"), `{"acks":[{"id":"1-0"}]}`, 400},
		{"not JSON", wire.AcksPath("42"), `acks`, 400},
		{"a huge body", wire.AcksPath("42"), `{"acks":"` + strings.Repeat("x", 200<<10) + `"}`, 413},
		{"of nothing", wire.ReopenPath("42"), ``, 400},
		{"of what was never there", wire.ReopenPath("42"), `{"id":"0-0","orderId":"1"}`, 409},
	} {
		t.Run(tt.name, func(t *testing.T) { post(t, server, tt.path, tt.body, tt.want) })
	}
}

func TestADeviceThatConfirmsWithoutEndIsSlowedDown(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL())
	pc := signed(t, claims(wire.RoleDevice, "42"))
	for range 2000 {
		if ask(t, as(t, pc, http.MethodPost, server.url+wire.AckPath("42", "1"), "")).StatusCode == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("2,000 confirmations of orders that nobody placed were taken at once")
}

func TestALimitOfConfirmationsCountsOrdersNotRequests(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL())
	batch := `{"acks":[` + strings.TrimSuffix(strings.Repeat(`{"id":"1-0","orderId":"1"},`, wire.MaxAcks), ",") + `]}`
	pc, taken := signed(t, claims(wire.RoleDevice, "42")), 0
	for range 20 {
		if ask(t, as(t, pc, http.MethodPost, server.url+wire.AcksPath("42"), batch)).StatusCode == http.StatusOK {
			taken++
		}
	}
	if taken < 2 || taken > 8 {
		t.Errorf("%d batches of %d were taken at once", taken, wire.MaxAcks)
	}
}
