package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// TestOneMartsPublisherNeitherFillsRedisNorHidesAnOpenOrder sends orders of one mart as fast as a server
// takes them, until it refuses. The server keeps few events, so that the mart's share is soon used up.
func TestOneMartsPublisherNeitherFillsRedisNorHidesAnOpenOrder(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--max-events", "500", "--publish-rate", "100000")
	paid(t, server, "42", "open")
	empty := memory(t, redis)
	recorded, refused := sendMany(t, server, "42", 22_000)
	if recorded < 20_000-1 || recorded > 20_500 || refused == 0 {
		t.Errorf("%d were recorded, %d refused", recorded, refused)
	}
	paid(t, server, "43", "1")
	limited := ask(t, asPublisher(t, server, `{"martId":"42","orderId":"2026-1000000"}`, signed(t, claims(wire.RolePublisher, "42"))))
	if limited.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the mart's own publisher got %s", limited.Status)
	}
	if n := strings.Count(server.err.String(), "more orders of one mart come by POST"); n != 1 {
		t.Errorf("%d lines of the log say so", n)
	}

	long, short := lives(t, redis)
	if long > 2*4*500 || short < recorded-2*4*500 {
		t.Errorf("%d orders are remembered for long, %d for an hour", long, short)
	}
	each := (memory(t, redis) - empty) / recorded
	t.Logf("%d bytes of Redis for each of %d orders, %d of which are remembered for long", each, recorded, long)
	if each > 500 {
		t.Errorf("an order costs %d bytes of Redis", each)
	}
	if got := poll(t, server, "42", ""); got.Events[0].Event != wire.GapEvent {
		t.Errorf("a new PC is not told that an open order was pushed out: %+v", got.Events[0])
	}
}

// asPublisher returns a request to publish body with a token.
func asPublisher(t *testing.T, server *program, body, token string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, server.url+wire.PublishPath, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// sendMany sends n orders of a mart by POST, and confirms none. A refusal must say when to come again.
func sendMany(t *testing.T, server *program, mart order.MartID, n int) (recorded, refused int) {
	t.Helper()
	var next, taken, turnedAway atomic.Int64
	token := signed(t, claims(wire.RolePublisher, wire.AnyMart)) // one: a server notes each holder
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				res, err := http.DefaultClient.Do(asPublisher(t, server, fmt.Sprintf(`{"martId":%q,"orderId":"2026-%d"}`, mart, i), token))
				if err != nil {
					t.Error(err)
					return
				}
				res.Body.Close()
				switch {
				case res.StatusCode == http.StatusAccepted:
					taken.Add(1)
				case res.StatusCode == http.StatusTooManyRequests && res.Header.Get("Retry-After") != "":
					turnedAway.Add(1)
				default:
					t.Errorf("%s, Retry-After %q", res.Status, res.Header.Get("Retry-After"))
				}
			}
		})
	}
	all.Wait()
	return int(taken.Load()), int(turnedAway.Load())
}

func memory(t *testing.T, redis *redistest.Redis) int {
	t.Helper()
	_, rest, _ := strings.Cut(redis.Ask("INFO", "memory"), "used_memory:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// lives counts the orders that are remembered for more than an hour, and those for less.
func lives(t *testing.T, redis *redistest.Redis) (long, short int) {
	t.Helper()
	count := `local n = {0, 0} for _, key in ipairs(redis.call('KEYS', 'jumun:{42}:seen:*')) do
		local i = redis.call('PTTL', key) > tonumber(ARGV[1]) and 1 or 2 n[i] = n[i] + 1 end return n[1] .. ' ' .. n[2]`
	if _, err := fmt.Sscan(redis.Ask("EVAL", count, "0", fmt.Sprint(time.Hour.Milliseconds())), &long, &short); err != nil {
		t.Fatal(err)
	}
	return long, short
}

func TestADeviceThatConfirmsAndReopensInALoopPushesNothingOut(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--max-events", "500")
	paid(t, server, "42", "open", "2026/1")
	id := poll(t, server, "42", "").Events[1].ID
	reopened := 0
	for range 300 { // the tests' client is another device each time: the device's own rate does not stop it
		acks(t, server, string(id))
		code, _ := send(t, server.url+wire.ReopenPath("42"), fmt.Sprintf(`{"id":%q,"orderId":"2026/1"}`, id))
		if code == http.StatusNoContent {
			reopened++
		}
	}
	if n := redis.Ask("XLEN", "jumun:{42}:log"); reopened > 10 || n != fmt.Sprint(3+2*reopened) {
		t.Errorf("it was opened %d times, and the log has %s events", reopened, n)
	}
}
