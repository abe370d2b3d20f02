//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// An attacker repeats messages in the wrong order, and sends nonsense, on every way that
// leads to a server.
type attacker struct {
	marts   int
	redis   *caller
	report  *report
	started time.Time
}

// often is how often it sends: to each of forty marts every other second, which is far
// more than any network repeats.
const often = 40 * time.Millisecond

// run sends until ctx ends. What it sends while Redis is down is lost.
func (a *attacker) run(ctx context.Context) {
	defer a.redis.close()
	for ctx.Err() == nil {
		switch rand.IntN(10) {
		case 0:
			a.say(ctx, "garbage on the channels", "PUBLISH", channel(mart(rand.IntN(a.marts))), nonsense())
		case 1:
			a.say(ctx, "garbage on the topic", "PUBLISH", topic, nonsense())
		case 2:
			a.say(ctx, "garbage in the intake stream", "XADD", intakeKey, "*", "martId", nonsense(), "ordreId", "1")
		default:
			a.repeat(ctx)
		}
		pause(ctx, often)
	}
}

func (a *attacker) say(ctx context.Context, what string, args ...string) {
	if _, err := a.redis.do(ctx, args...); err == nil {
		a.report.count(what, 1)
	}
}

// repeat announces some events of a mart once more, shuffled: a few seconds old, or as
// old as the run.
func (a *attacker) repeat(ctx context.Context) {
	m := mart(rand.IntN(a.marts))
	since := time.Now().Add(-2 * time.Second)
	if rand.IntN(2) == 0 {
		since = a.started.Add(rand.N(time.Since(a.started) + 1))
	}
	old, err := rawEntries(ctx, a.redis, logKey(m), fmt.Sprintf("%d-0", since.UnixMilli()), 5)
	if err != nil {
		return
	}
	rand.Shuffle(len(old), func(i, j int) { old[i], old[j] = old[j], old[i] })
	for _, e := range old {
		a.say(ctx, "old events announced again, reordered", "PUBLISH", channel(m),
			fmt.Sprintf("%s %s %s", e.fields["prev"], e.id, e.fields["event"]))
	}
}

func nonsense() string {
	return []string{
		"", "null", "0-0", "0-0 1-1 {}", "\xff\xfe", `{"martId":"m00"}`, `{"martId":{},"orderId":[]}`,
		`"{\"martId\":1"`, strings.Repeat("[", 5000), strings.Repeat("x", 1<<20), "99999999999999-0 1-0 {\"kind\":\"order\"}",
	}[rand.IntN(11)]
}
