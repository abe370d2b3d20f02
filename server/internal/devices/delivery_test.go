package devices

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// minute is a time on the day of these tests.
func minute(n int) time.Time { return time.Date(2026, 7, 1, 10, n, 0, 0, time.UTC) }

// recordedAt10 is an order of minute 10, which was confirmed in minute 20.
func recordedAt10() wire.PastOrder {
	return wire.PastOrder{ID: order.ID(fmt.Sprint(minute(10).UnixMilli(), "-0")), At: minute(10), Events: []wire.PastEvent{{Event: wire.EscalateEvent, At: minute(13)}, {Event: wire.AckEvent, At: minute(20)}}}
}

func TestWhatIsKnownOfTheWayOfAnOrderToADevice(t *testing.T) {
	upTo := func(n int) order.ID { return order.ID(fmt.Sprint(minute(n).UnixMilli(), "-0")) }
	for _, tt := range []struct {
		name string
		past string // minutes and events
		p    position
		want string // the state, and when it was sent
	}{
		{"it was connected, and has told that it has the order", "1 came", position{last: upTo(10)}, "received 10"},
		{"it was connected, and has told of a later one", "1 came, 12 lost", position{last: upTo(15)}, "received 10"},
		{"it was connected, and has not told yet", "1 came, 3 silent", position{last: upTo(9)}, "sent 10"},
		{"an app of before, which tells nothing", "1 came", position{}, "sent 10"},
		{"it was away, and is", "1 came, 8 lost", position{last: upTo(9)}, "waiting"},
		{"it slept, and is back", "1 came, 8 asleep, 15 came", position{last: upTo(9)}, "sent 15"},
		{"it slept, is back, and has the order", "1 came, 8 asleep, 15 heard", position{last: upTo(10)}, "received 15"},
		{"it was closed, and is back with the order", "1 came, 8 quit, 30 came", position{last: upTo(12)}, "received 30"},
		{"nothing is kept of that time", "", position{}, "unknown"},
		{"it polls, and has told that it has the order", "", position{last: upTo(10)}, "received"},
		{"what is kept begins later", "15 came", position{last: upTo(9)}, "sent 15"},
		{"it was paired again in its place, after the order was answered", "1 came, 8 lost, 30 came", position{upTo(40), minute(30)}, "unknown"},
		{"a page was loaded anew while the order was open", "1 came, 8 lost, 15 came", position{upTo(16), minute(15)}, "received 15"},
		{"a page was loaded anew while the order was open, and has not told yet", "1 came, 8 lost, 15 came", position{upTo(9), minute(15)}, "sent 15"},
		{"a page was loaded before the order came", "1 came", position{upTo(10), minute(1)}, "received 10"},
	} {
		var past []wire.Connection
		for line := range strings.SplitSeq(tt.past, ", ") {
			var c wire.Connection
			var n int
			if _, err := fmt.Sscan(line, &n, &c.Event); err == nil {
				c.At = minute(n)
				past = append(past, c)
			}
		}
		state, at := delivery(recordedAt10(), past, tt.p)
		if !at.IsZero() {
			state += fmt.Sprint(" ", at.Minute())
		}
		if state != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, state, tt.want)
		}
	}
}

func TestAnOrderIsNothingToADeviceThatCouldNotHearItYetOrAnyMore(t *testing.T) {
	list := []wire.Device{{ID: "heard", PairedAt: minute(1)}, {ID: "paired later", PairedAt: minute(11)}, {ID: "revoked before", RevokedAt: minute(9)}, {ID: "revoked later", RevokedAt: minute(11)}}
	got := deliveries(recordedAt10(), list, nil, nil)
	if len(got) != 2 || got[0].Device != "heard" || got[1].Device != "revoked later" {
		t.Errorf("%+v", got)
	}
	if got := deliveries(wire.PastOrder{ID: "1-0"}, list, nil, nil); got != nil {
		t.Errorf("the log no longer has it: %+v", got)
	}
}

func TestADeviceTellsUpToWhereItHasTheLog(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	d := device("pc-1")
	came := func(stream string, asked order.ID) {
		t.Helper()
		must(t, r.Note(t.Context(), []Note{{Came, d, stream, asked}}))
	}
	is := func(last order.ID, anew bool) {
		t.Helper()
		all, err := r.positions(t.Context(), "42")
		if p := all[d.ID]; err != nil || p.last != last || p.from.IsZero() == anew {
			t.Errorf("%+v, %v; want up to %s, begun anew %v", p, err, last, anew)
		}
	}
	came("a", "")
	is("", false)
	came("b", "5-0")
	is("5-0", false)
	r.says(t, d, wire.Presence{Audible: true, Last: "7-0"})
	is("7-0", false)
	since := r.client.HGet(t.Context(), deviceKeys("42")[4], d.ID).Val()
	r.says(t, d, wire.Presence{Audible: true, Last: "8-0"})
	is("8-0", false)
	if now := r.client.HGet(t.Context(), deviceKeys("42")[4], d.ID).Val(); strings.Fields(now)[1] != strings.Fields(since)[1] {
		t.Errorf("with another event it counts as another report: %s, before %s", now, since)
	}
	r.says(t, d, wire.Presence{Audible: true})
	is("8-0", false)
	came("c", Fresh)
	is("8-0", true)
	r.says(t, d, wire.Presence{Audible: true, Last: "9-0"})
	is("9-0", true)
	if ttl := r.client.TTL(t.Context(), positionsKey("42")).Val(); ttl < keepDevices-time.Hour {
		t.Errorf("it stays for %v", ttl)
	}
	r.put(t, positionsKey("42"), "pc-2", "hello")
	if is("9-0", true); r.Foreign() != 1 {
		t.Errorf("%d are not ours", r.Foreign())
	}
	must(t, r.client.ZAdd(t.Context(), deviceKeys("42")[2], redis.Z{Score: 1, Member: d.ID}).Err())
	r.list(t, "42")
	if r.client.HExists(t.Context(), positionsKey("42"), d.ID).Val() {
		t.Error("it is kept of a device that was forgotten")
	}
}
