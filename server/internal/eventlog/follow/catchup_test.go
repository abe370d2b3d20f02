package follow

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// announce appends to a log like record.lua, and says so on the mart's channel, if ARGV
// has a command for it.
const announce = `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local prev = newest[1] and newest[1][1] or '0-0'
local id = redis.call('XADD', KEYS[1], '*', 'event', ARGV[3], 'prev', prev)
local message = prev .. ' ' .. id .. ' ' .. ARGV[3]
if ARGV[2] ~= '' then redis.call(ARGV[2], ARGV[1], message) end
return {id, message}`

// put appends an order of mart, and announces it with command, such as PUBLISH, or not
// at all. It returns the event and its message.
func put(t *testing.T, l *Follower, mart order.MartID, number, command string) (order.Event, string) {
	t.Helper()
	body := fmt.Sprintf(`{"kind":"order","order":%q}`, number)
	answer, err := l.client.Eval(t.Context(), announce, []string{eventlog.LogKey(mart)}, eventlog.Channel(mart), command, body).StringSlice()
	if err != nil {
		t.Fatal(err)
	}
	e, err := eventlog.ParseEntry(mart, answer[0], body)
	if err != nil {
		t.Fatal(err)
	}
	return e, answer[1]
}

func (r *running) wants(t *testing.T, want ...order.Event) {
	t.Helper()
	for i, w := range want {
		if got := r.next(t); got != w {
			t.Fatalf("event %d of %d is %+v, want %+v", i+1, len(want), got, w)
		}
	}
}

// wantsNothing says that nothing is delivered but what is recorded now.
func (r *running) wantsNothing(t *testing.T, mart order.MartID) {
	t.Helper()
	last, _ := put(t, r.Follower, mart, "last-one", "PUBLISH")
	r.wants(t, last)
}

func (r *running) wantsLost(t *testing.T, mart order.MartID) {
	t.Helper()
	select {
	case got := <-r.lost:
		if got != mart {
			t.Errorf("%s is said to have lost events, not %s", got, mart)
		}
	case <-time.After(patience):
		t.Error("nobody was told that events are lost")
	}
}

func (r *running) wantsNoLoss(t *testing.T) {
	t.Helper()
	select {
	case got := <-r.lost:
		t.Errorf("%s is said to have lost events", got)
	default:
	}
}

func TestLostMessagesAreReadFromTheLogInOrder(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		r := run(t, url)
		r.watch(t, "42")
		for _, missed := range []int{1, 3 * maxEvents} {
			var want []order.Event
			for i := range missed {
				e, _ := put(t, r.Follower, "42", fmt.Sprintf("missed-%d", i), "")
				want = append(want, e)
			}
			e, _ := put(t, r.Follower, "42", "heard", "PUBLISH")
			r.wants(t, append(want, e)...)
		}
		r.wantsNothing(t, "42")
		r.wantsNoLoss(t)
	})
}

func TestRepeatedAndOvertakenMessagesAreDropped(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	r.watch(t, "42")
	one, first := put(t, r.Follower, "42", "1", "")
	two, second := put(t, r.Follower, "42", "2", "")
	three, third := put(t, r.Follower, "42", "3", "")
	for _, m := range []string{third, first, second, third, third, first} {
		_, _ = r.Follower.events.Publish(t.Context(), eventlog.Channel("42"), []byte(m))
	}
	r.wants(t, one, two, three)
	r.wantsNothing(t, "42")
	r.wantsNoLoss(t)
}

func TestWhatIsRecordedWhileNobodyListensComesWithoutANewMessage(t *testing.T) {
	redis := redistest.Start(t, "--appendonly", "yes")
	r, other := run(t, redis.URL()), open(t, redis.URL())
	r.watch(t, "42")
	r.watch(t, "43")
	for round := range 3 {
		before, _ := put(t, other, "42", fmt.Sprintf("%d-before", round), "PUBLISH")
		redis.Kill()
		redis.Restart()
		var want []order.Event
		for i := range 2 * maxEvents {
			e, _ := put(t, other, "42", fmt.Sprintf("%d-%d", round, i), "PUBLISH")
			want = append(want, e)
		}
		r.wants(t, before)
		r.wants(t, want...)
	}
	r.wantsNoLoss(t)
}

func TestAMartIsHeardOnlyOnceItHasCaughtUp(t *testing.T) {
	redis := redistest.Start(t, "--appendonly", "yes")
	r, other := run(t, redis.URL()), open(t, redis.URL())
	r.watch(t, "42")
	for round := range 5 {
		r.until(t, true)
		redis.Kill()
		r.untilDeaf(t)
		redis.Restart()
		want, _ := put(t, other, "42", fmt.Sprint(round), "")
		r.watch(t, "42")
		select {
		case got := <-r.events:
			if got != want {
				t.Fatalf("got %+v, want %+v", got, want)
			}
		default:
			t.Fatal("said to be heard before what was missed came")
		}
	}
}

func TestAMartThatWasNeverWatchedBeginsAtTheHeadOfItsLog(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	put(t, r.Follower, "42", "old", "PUBLISH")
	r.watch(t, "42")
	r.wantsNothing(t, "42")
}

func TestALogThatLostEventsIsTold(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, r *running){
		"it vanished": func(t *testing.T, r *running) { r.client.FlushAll(t.Context()) },
		"it vanished, and began anew": func(t *testing.T, r *running) {
			r.client.FlushAll(t.Context())
			put(t, r.Follower, "42", "new", "")
		},
		"it was trimmed": func(t *testing.T, r *running) {
			put(t, r.Follower, "42", "missed", "")
			put(t, r.Follower, "42", "missed", "")
			r.client.XTrimMaxLen(t.Context(), eventlog.LogKey("42"), 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, redistest.Start(t).URL())
			r.watch(t, "42")
			first, _ := put(t, r.Follower, "42", "first", "PUBLISH")
			r.wants(t, first)
			for time.Now().UnixMilli() <= first.At.UnixMilli() { // an ID holds no more than its millisecond
			}
			lose(t, r)
			last, _ := put(t, r.Follower, "42", "last", "PUBLISH")
			for e := r.next(t); e != last; e = r.next(t) {
				if e.ID.Compare(first.ID) <= 0 {
					t.Errorf("%+v was delivered after %+v", e, first)
				}
			}
			r.wantsLost(t, "42")
			r.wantsNothing(t, "42")
			r.wantsNoLoss(t)
		})
	}
}

func TestALogThatCameBackEmptyIsTold(t *testing.T) {
	redis := redistest.Start(t)
	r := run(t, redis.URL())
	r.watch(t, "42")
	r.watch(t, "never used")
	first, _ := put(t, r.Follower, "42", "first", "PUBLISH")
	r.wants(t, first)
	redis.Kill()
	redis.Restart()
	r.wantsLost(t, "42")
	r.watch(t, "42")
	r.wantsNothing(t, "42")
	r.wantsNoLoss(t)
}

func TestAnEventFromTheFutureDoesNotSilenceAMart(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	r.watch(t, "42")
	_, _ = r.Follower.events.Publish(t.Context(), eventlog.Channel("42"), []byte(`0-0 99999999999999-0 {"kind":"order","order":"forged"}`))
	if got := r.next(t); got.Order != "forged" {
		t.Fatalf("got %+v", got)
	}
	put(t, r.Follower, "42", "1", "PUBLISH")
	r.wantsLost(t, "42")
	r.watch(t, "42")
	r.wantsNothing(t, "42")
}

func TestPoisonInALogStopsNobody(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	r.watch(t, "42")
	r.client.Set(t.Context(), eventlog.LogKey("no log"), "a string", 0)
	r.watch(t, "no log")
	big := strings.Repeat("x", 1<<20)
	for _, fields := range [][]string{{"nothing", "ours"}, {"event", ""}, {"event", "{"}, {"event", `{"kind":"order"}`},
		{"event", big}, {"prev", big}, {"event", "\x00\xff", "prev", "nonsense"}} {
		args := []any{"XADD", eventlog.LogKey("42"), "*"}
		for _, f := range fields {
			args = append(args, f)
		}
		if err := r.client.Do(t.Context(), args...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	r.wantsNothing(t, "42")
	_, _ = r.Follower.events.Publish(t.Context(), eventlog.Channel("no log"), []byte(`1-0 1-1 {"kind":"order","order":"1"}`))
	r.wantsNothing(t, "42")
}

func TestManyMartsCatchUpTogether(t *testing.T) {
	redis := redistest.Start(t, "--appendonly", "yes")
	r, other := run(t, redis.URL()), open(t, redis.URL())
	const marts = 5 * maxMarts
	name := func(i int) order.MartID { return order.MartID(fmt.Sprint("mart-", i)) }
	for i := range marts {
		r.Watch(name(i))
	}
	for i := range marts {
		r.watch(t, name(i))
	}
	redis.Kill()
	redis.Restart()
	for i := range marts {
		put(t, other, name(i), "1", "PUBLISH")
	}
	seen := make(map[order.MartID]bool)
	for range marts {
		if e := r.next(t); seen[e.Mart] {
			t.Fatalf("%+v came twice", e)
		} else {
			seen[e.Mart] = true
		}
	}
	r.wantsNothing(t, name(7))
}

func TestAListenerOnARedisThatNobodyPublishesToIsDeaf(t *testing.T) {
	here, there := open(t, redistest.Start(t).URL()), open(t, redistest.Start(t).URL())
	connect := connectAnywhere(here.client, "")
	l := newListener(there.client, func(ctx context.Context) (connection, error) {
		c, err := connect(ctx)
		c.publish = func(ctx context.Context) error { return there.client.Publish(ctx, c.probe, "").Err() }
		return c, err
	}, nil)
	l.want(&source{channel: "topic"})
	during(t, func(ctx context.Context) { l.run(ctx, topicHandler{deliver: func([]byte) {}}) })
	within(t, 2*silenceTimeout, "it takes an answer to a ping for hearing", func() bool { return l.ready() != nil })
}

// within waits until what is asked is so.
func within(t *testing.T, most time.Duration, otherwise string, is func() bool) {
	t.Helper()
	late, tick := time.After(most), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("after %v: %s", most, otherwise)
		}
	}
}
