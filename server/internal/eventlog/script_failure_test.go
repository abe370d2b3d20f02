package eventlog

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// calls are the commands of the scripts: a test takes the right to each away.
var calls = []string{"time", "get", "set", "xrange", "xrevrange", "xadd", "xlen", "xtrim", "zadd", "zscore", "zcard", "zrange", "zrem", "zremrangebyscore", "zremrangebyrank", "pexpire", "pttl", "publish"}

func TestTheListOfCallsIsThatOfTheScripts(t *testing.T) {
	used := map[string]bool{}
	for _, script := range []string{martScript, recordScript, ackScript, cancelScript, cancelKeyScript, reopenScript} {
		for _, part := range strings.Split(script, "call('")[1:] {
			name, _, _ := strings.Cut(part, "'")
			used[strings.ToLower(name)] = true
		}
	}
	used["publish"] = true // its name is an argument
	for _, c := range calls {
		if !used[c] {
			t.Errorf("no script calls %s", c)
		}
		delete(used, c)
	}
	if len(used) > 0 {
		t.Errorf("not in the list: %v", used)
	}
}

// A failure is something that makes commands fail, until it is mended.
type failure struct {
	name       string
	fail, mend func()
}

// failures returns everything that can be wrong with the Redis at url of a user called limited.
func failures(t *testing.T, r *redistest.Redis) []failure {
	t.Helper()
	var all []failure
	for _, c := range calls {
		all = append(all, failure{
			name: "without the right to " + c,
			fail: func() { r.Ask("ACL", "SETUSER", "limited", "-"+c) },
			mend: func() { r.Ask("ACL", "SETUSER", "limited", "+"+c) },
		})
	}
	all = append(all, failure{
		name: "without the right to the channels",
		fail: func() { r.Ask("ACL", "SETUSER", "limited", "resetchannels") },
		mend: func() { r.Ask("ACL", "SETUSER", "limited", "allchannels") },
	}, failure{
		name: "with a full memory",
		fail: func() { r.Ask("CONFIG", "SET", "maxmemory", "1") },
		mend: func() { r.Ask("CONFIG", "SET", "maxmemory", "0") },
	})
	for _, key := range []string{LogKey("42"), openKey("42"), seenKey("42", "1001"), shareKey("42"), keyKey("42", "k")} {
		all = append(all, failure{
			name: "with another type at " + key,
			fail: func() { r.Ask("EVAL", spoil, "1", key) },
			mend: func() { r.Ask("EVAL", mendKey, "1", key) },
		})
	}
	return all
}

// spoil puts a key aside, and one of another type into its place; mendKey undoes it.
const (
	spoil   = `if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('RENAME', KEYS[1], KEYS[1] .. '.aside') end return redis.call('RPUSH', KEYS[1], 'x')`
	mendKey = `redis.call('DEL', KEYS[1]) if redis.call('EXISTS', KEYS[1] .. '.aside') == 1 then redis.call('RENAME', KEYS[1] .. '.aside', KEYS[1]) end return 1`
)

// limited is a Log whose user is called limited, and the Redis.
func limited(t *testing.T) (*Log, *redistest.Redis) {
	r := redistest.Start(t)
	r.Ask("ACL", "SETUSER", "limited", "on", ">x", "allkeys", "allchannels", "+@all")
	u, _ := url.Parse(r.URL())
	u.User = url.UserPassword("limited", "x")
	return open(t, u.String(), Options{}), r
}

// TestARequestThatFailedAnywhereIsRightWhenItIsSentAgain also begins with logs that are not empty:
// a script reads and tidies more then.
func TestARequestThatFailedAnywhereIsRightWhenItIsSentAgain(t *testing.T) {
	l, r := limited(t)
	for _, f := range failures(t, r) {
		for _, before := range []int{0, 1} {
			for _, key := range []string{"", "k"} {
				t.Run(fmt.Sprintf("%s, %d events before, key %q", f.name, before, key), func(t *testing.T) {
					r.Ask("FLUSHALL")
					var first []order.ID
					if before > 0 {
						first = []order.ID{recordNew(t, l, of("1", "")).ID}
					}
					p := of("1001", "4500")
					p.Key = key
					e := recordDespite(t, l, f, p, first)
					ackDespite(t, l, f, e, first)
					reopenDespite(t, l, f, e, first)
					withdrawDespite(t, l, f, e, first)
				})
			}
		}
	}
}

// recordDespite records p while something fails, and again when it is mended: there is one order.
func recordDespite(t *testing.T, l *Log, f failure, p order.Placement, first []order.ID) order.Event {
	t.Helper()
	f.fail()
	for range 3 {
		_, _, _ = l.Record(t.Context(), p)
	}
	f.mend()
	e, _, err := l.Record(t.Context(), p)
	if err != nil || e.ID == Beginning {
		t.Fatalf("recorded as %+v, %v", e, err)
	}
	placed := 0
	for _, logged := range stored(t, l, "42") {
		if logged.Order == "1001" {
			placed++
		}
	}
	if placed != 1 {
		t.Errorf("the log has the order %d times", placed)
	}
	holdOpen(t, l, append(first, e.ID)...)
	if again, duplicate, err := l.Record(t.Context(), p); err != nil || !duplicate || again.ID != e.ID {
		t.Errorf("again: %+v, %v, %v", again, duplicate, err)
	}
	return e
}

func ackDespite(t *testing.T, l *Log, f failure, e order.Event, first []order.ID) {
	t.Helper()
	f.fail()
	_, _ = l.AckAll(t.Context(), "42", ackOf(e), "카운터")
	f.mend()
	if got, err := l.AckAll(t.Context(), "42", ackOf(e), "카운터"); err != nil || got[0] == "unknown" {
		t.Errorf("acked as %q, %v", got, err)
	}
	holdOpen(t, l, first...)
	if !strings.Contains(whatHappened(t, l, e), "ack 0") {
		t.Error("no device is told that it was acked")
	}
}

func reopenDespite(t *testing.T, l *Log, f failure, e order.Event, first []order.ID) {
	t.Helper()
	f.fail()
	_ = l.Reopen(t.Context(), "42", ackOf(e)[0], "카운터")
	f.mend()
	if err := l.Reopen(t.Context(), "42", ackOf(e)[0], "카운터"); err != nil {
		t.Error(err)
	}
	holdOpen(t, l, append(first, e.ID)...)
	if !strings.Contains(whatHappened(t, l, e), "reopen 0") {
		t.Error("no device is told that it rings again")
	}
}

func withdrawDespite(t *testing.T, l *Log, f failure, e order.Event, first []order.ID) {
	t.Helper()
	f.fail()
	_, _, _ = l.Record(t.Context(), order.Placement{Mart: "42", Order: "1001", Cancelled: true})
	f.mend()
	withdraw(t, l, order.Placement{Order: "1001"})
	holdOpen(t, l, first...)
	if !strings.Contains(whatHappened(t, l, e), "cancel 0") {
		t.Error("no device is told that it is withdrawn")
	}
}
