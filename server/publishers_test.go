package main

import (
	"regexp"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A published line is a call of redis-cli in a document.
var published = regexp.MustCompile(`(XADD|PUBLISH) .*orderId\W+(\d+)`)

func TestTheExamplesOfRedisCLIRing(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	pc := connect(t, server.url, "42")
	at := strings.NewReplacer("\"$REDIS\"", redis.URL())
	for _, args := range commands(t, "redis-cli") {
		shell(t, "redis-cli "+at.Replace(args))
		if m := published.FindStringSubmatch(args); m != nil {
			pc.wants(t, "42", order.OrderID(m[2]))
		}
		if !strings.Contains(args, "cancelled") {
			continue
		}
		if e := pc.next(t); e["event"] != wire.CancelEvent {
			t.Errorf("%s: got %v", args, e)
		}
	}
}
