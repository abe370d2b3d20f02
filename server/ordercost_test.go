package main

import (
	"fmt"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// What the console tells of an order's way to each device follows from what a device tells of itself, and is stored for no order.
func TestAnOrderCostsRedisTheSameHoweverManyDevicesHearIt(t *testing.T) {
	const orders, most = 50, 40
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	publish(t, redis.URL(), "order", publication("42", "first")) // devices of any mart are listed only where there is something
	var devices []*device
	commands := func(streams int) int {
		for len(devices) < streams {
			devices = append(devices, connect(t, server.url, "42"))
		}
		eventually(t, "it is noted that they came", func() bool {
			_, out, _ := do(t, nothing, "devices", "--mart", "42", "--history", "--json", "--redis", redis.URL())
			return strings.Count(out, `"event":"`+wire.ConnectionCame) == streams
		})
		redis.Ask("CONFIG", "RESETSTAT")
		var last order.OrderID
		for n := range orders {
			last = order.OrderID(fmt.Sprint(streams, "-", n))
			publish(t, redis.URL(), "order", publication("42", last))
		}
		for _, d := range devices {
			for d.order(t, "42") != last {
			}
		}
		return commandsSince(redis)
	}
	one, many := commands(1), commands(most)
	t.Logf("%d orders: %d commands for 1 stream, %d for %d", orders, one, many, most)
	if many > one+orders { // the servers' own, as time goes by; one for each delivery would be 2,000 more
		t.Errorf("%d commands for %d streams, %d for one", many, most, one)
	}
}

// commandsSince returns how many commands Redis has done since its statistics were set back.
func commandsSince(redis *redistest.Redis) (all int) {
	for line := range strings.Lines(redis.Ask("INFO", "commandstats")) {
		var n int
		if _, rest, ok := strings.Cut(line, ":calls="); ok {
			_, _ = fmt.Sscanf(rest, "%d,", &n)
			all += n
		}
	}
	return all
}
