package main

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestTheHeadOfficeNamesADeviceAndEverybodyReadsThatName(t *testing.T) {
	redis := redistest.Start(t)
	keys, _ := keyFile(t)
	server := serve(t, "--redis", redis.URL(), "--keys", keys)
	const own = "카운터"
	c := claims(wire.RoleDevice, "42")
	c.Subject, c.Name = "counter", own
	pc, err := sign(keys, c)
	if err != nil {
		t.Fatal(err)
	}
	admin := tokenOf(t, keys, "head-office", wire.RoleAdmin, "42")
	// named names the device, and returns the answer's status and by whom an order is then confirmed.
	named := func(name, number string) (status int, by string) {
		res := ask(t, as(t, admin, "POST", server.url+wire.DevicesPath("42"), `{"device":"counter","name":"`+name+`"}`))
		read(t, res)
		publish(t, redis.URL(), "order", publication("42", order.OrderID(number)))
		path := server.url + wire.HistoryPath("42", order.OrderID(number))
		eventually(t, "the order is recorded", func() bool { return strings.Contains(read(t, ask(t, as(t, admin, "GET", path, ""))), `"way":"topic"`) })
		read(t, ask(t, as(t, pc, "POST", server.url+wire.AckPath("42", order.OrderID(number)), "")))
		_, after, _ := strings.Cut(read(t, ask(t, as(t, admin, "GET", path, ""))), `"event":"ack"`)
		_, after, _ = strings.Cut(after, `"device":"`)
		by, _, _ = strings.Cut(after, `"`)
		return res.StatusCode, by
	}
	listed := func(name string) bool {
		_, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", redis.URL())
		found := read(t, ask(t, as(t, admin, "GET", server.url+wire.FindPath+"?device=counter", "")))
		return strings.Contains(out, name+"\n") && strings.Contains(found, `"name":"`+name+`"`)
	}
	if status, by := named("주방", "1"); status != http.StatusNotFound || by != own {
		t.Errorf("of a device that was never there: %d, confirmed by %q, not %q", status, by, own)
	}
	read(t, ask(t, as(t, pc, "GET", server.url+wire.OrdersPath("42"), "")))
	eventually(t, "it is listed", func() bool { return listed(own) })
	if status, by := named("주방 <b>", "2"); status != http.StatusNoContent || by != `주방 \u003cb\u003e` {
		t.Errorf("%d, confirmed by %q", status, by)
	}
	read(t, ask(t, as(t, pc, "GET", server.url+wire.OrdersPath("42"), ""))) // its token has the other name still
	if _, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", redis.URL()); !strings.Contains(out, "주방 <b>\n") {
		t.Errorf("it is listed as:\n%s", out)
	}
	if _, by := named(strings.Repeat("가", 500), "3"); !strings.HasPrefix(by, "가가") || utf8.RuneCountInString(by) != order.MaxName {
		t.Errorf("a name without end is %d bytes", len(by))
	}
	if status, by := named("", "4"); status != http.StatusNoContent || by != own || !listed(own) {
		t.Errorf("without a name: %d, confirmed by %q", status, by)
	}
	if _, out, _ := do(t, nothing, "audit", "--redis", redis.URL()); strings.Count(out, "named a device") != 3 || !strings.Contains(out, "head-office") {
		t.Errorf("kept:\n%s", out)
	}
	for _, body := range []string{`{"name":"x"}`, `[]`, `{"device":1}`, strings.Repeat(" ", wire.MaxPairing+1)} {
		if res := ask(t, as(t, admin, "POST", server.url+wire.DevicesPath("42"), body)); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%.20s: %s", body, res.Status)
		}
	}
	if res := ask(t, as(t, admin, "PUT", server.url+wire.DevicesPath("42"), "")); res.Header.Get("Allow") != "GET, POST" {
		t.Errorf("PUT: %s, %s", res.Status, res.Header.Get("Allow"))
	}
}
