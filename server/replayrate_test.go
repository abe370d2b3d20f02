package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// askWith asks for something of mart 42 with a token.
func askWith(t *testing.T, pass, url string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+pass)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// readLog reads the log of mart 42 by polling, from its beginning to its end, and returns how many
// orders it had, or the answer that was not 200.
func readLog(t *testing.T, pass, url string) (orders int, last order.ID, refused *http.Response) {
	t.Helper()
	for page := (wire.Polled{More: true, Last: "0-1"}); page.More; {
		res := askWith(t, pass, url+wire.OrdersPath("42")+"?limit=1024&after="+string(page.Last))
		body := read(t, res)
		if res.StatusCode != http.StatusOK {
			return orders, page.Last, res
		}
		page = wire.Polled{}
		if err := json.Unmarshal([]byte(body), &page); err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			if e.Event == wire.OrderEvent {
				orders++
			}
		}
		last = page.Last
	}
	return orders, last, nil
}

func TestADeviceThatReadsTheLogWithoutEndIsHeldUpAndHearsWhatIsLive(t *testing.T) {
	const most = 1000
	redis := redistest.Start(t)
	log, err := eventlog.Open(redis.URL(), eventlog.Options{MaxLen: most}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for _, n := range numbers(most) {
		if _, _, err := log.Record(t.Context(), order.Placement{Mart: "42", Order: n}); err != nil {
			t.Fatal(err)
		}
	}
	server := serve(t, "--redis", redis.URL(), "--max-events", strconv.Itoa(most))
	pass := signed(t, claims(wire.RoleDevice, "42"))
	orders, end, refused := readLog(t, pass, server.url)
	if orders < most || refused != nil {
		t.Fatalf("a PC that was away got %d orders: %v", orders, refused)
	}
	for n := 0; refused == nil; n++ {
		if _, _, refused = readLog(t, pass, server.url); n > 20 {
			t.Fatal("it reads the log again and again")
		}
	}
	wait, _ := strconv.Atoi(refused.Header.Get("Retry-After"))
	if refused.StatusCode != http.StatusTooManyRequests || wait < 1 || wait > 60 {
		t.Errorf("%s, Retry-After %d", refused.Status, wait)
	}
	if n := count(t, server, `jumun_refused_total{reason="busy",role="device"}`); n < 1 {
		t.Errorf("counted %v", n)
	}
	other := connectAfter(t, server.url, "42", string(end))                       // of the same mart
	eventually(t, "where nothing has to be read, it need not wait", func() bool { // once the server follows the mart
		return askWith(t, pass, server.url+wire.EventsPath("42")+"?after="+string(end)).StatusCode == http.StatusOK
	})
	publish(t, redis.URL(), "order", publication("42", "live"))
	other.wants(t, "42", "live")
}
