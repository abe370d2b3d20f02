package follow

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// patience is how long a test waits for what must come: long, since it ends a failure only.
const patience = 20 * time.Second

// running is a Log that runs, and what it delivered.
type running struct {
	*Follower
	events chan order.Event
	lost   chan order.MartID
}

func run(t *testing.T, url string) *running {
	t.Helper()
	r := &running{open(t, url), make(chan order.Event, 20000), make(chan order.MartID, 20000)}
	during(t, func(ctx context.Context) {
		_ = r.Run(ctx, func(e order.Event) { r.events <- e }, func(m order.MartID) { r.lost <- m })
	})
	return r
}

// during runs work until the test ends, and waits for it.
func during(t *testing.T, work func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { work(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
}

func (r *running) until(t *testing.T, ready bool) {
	t.Helper()
	deadline := time.After(patience)
	for tick := time.NewTicker(10 * time.Millisecond); (r.Ready() == nil) != ready; {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("ready: %v, after %v", r.Ready(), patience)
		}
	}
}

// untilDeaf waits until the listener has noticed by itself, not only the probe that writes.
func (r *running) untilDeaf(t *testing.T) {
	t.Helper()
	deadline := time.After(patience)
	for tick := time.NewTicker(10 * time.Millisecond); r.marts.ready() == nil; {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the listener takes silence for a quiet day")
		}
	}
}

func (r *running) watch(t *testing.T, mart order.MartID) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r.Watch(mart)
	if err := hears(ctx, r.Follower, mart); err != nil {
		t.Fatal(err)
	}
}

func (r *running) next(t *testing.T) order.Event {
	t.Helper()
	select {
	case e := <-r.events:
		return e
	case <-time.After(patience):
		t.Fatal("nothing was delivered")
		return order.Event{}
	}
}

func TestEveryPodHearsTheMartsItWatchesAndNoOthers(t *testing.T) {
	redistest.OnBoth(t, func(t *testing.T, url string) {
		one, two := run(t, url), run(t, url)
		one.watch(t, "42")
		two.watch(t, "42")
		two.watch(t, "43")
		want42, _ := must(t, one.Follower, "42", "1001")
		must(t, one.Follower, "42", "1001") // a repeat
		want43, _ := must(t, one.Follower, "43", "7")
		last, _ := must(t, two.Follower, "42", "1002")
		for _, want := range []order.Event{want42, last} {
			if got := one.next(t); got != want {
				t.Errorf("pod one got %+v, want %+v", got, want)
			}
		}
		for _, want := range []order.Event{want42, want43, last} {
			if got := two.next(t); got != want {
				t.Errorf("pod two got %+v, want %+v", got, want)
			}
		}
	})
}

func TestAMartThatIsNoLongerWatchedIsNotDelivered(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	r.watch(t, "42")
	r.watch(t, "43")
	r.Unwatch("42")
	for r.client.PubSubNumSub(t.Context(), eventlog.Channel("42")).Val()[eventlog.Channel("42")] != 0 {
	}
	must(t, r.Follower, "42", "1")
	want, _ := must(t, r.Follower, "43", "2")
	if got := r.next(t); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAMartThatIsWatchedAgainAtOnceIsHeardOnceWatchReturns(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	for i := range 500 {
		r.watch(t, "42")
		want, _ := must(t, r.Follower, "42", order.OrderID(fmt.Sprint(i)))
		if got := r.next(t); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		r.Unwatch("42")
	}
	l := r.marts.listeners[""]
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.channels) + len(r.marts.marts); n > 1 {
		t.Errorf("%d channels are remembered", n)
	}
}

func TestNothingIsHeardWhileRedisIsAwayThoughItWasBefore(t *testing.T) {
	redis := redistest.Start(t)
	r := run(t, redis.URL())
	r.watch(t, "42")
	r.until(t, true)
	redis.Kill()
	r.untilDeaf(t)
	r.Watch("43")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for _, mart := range []order.MartID{"42", "43", "never watched"} {
		if err := hears(ctx, r.Follower, mart); err == nil {
			t.Errorf("%s is said to be heard", mart)
		}
		r.Unwatch(mart)
	}
	l := r.marts.listeners[""]
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.channels) + len(r.marts.marts); n != 0 {
		t.Errorf("%d channels are remembered", n)
	}
}

func TestOnlyTheLastConfirmationCounts(t *testing.T) {
	l, s := newListener(nil, nil, nil), newSource("42")
	l.want(s)
	l.changes() // subscribe
	l.unwant(s)
	l.changes() // unsubscribe
	l.want(s)
	l.changes() // subscribe again
	if l.confirm(s.channel); len(l.takeConfirmed()) != 0 {
		t.Error("confirmed by the answer to what was taken back since")
	}
	if l.confirm(s.channel); len(l.takeConfirmed()) != 1 {
		t.Error("not confirmed by the last answer")
	}
}

func TestAKilledRedisIsNoticedAndHeardAgainWhenItIsBack(t *testing.T) {
	redis := redistest.Start(t)
	r := run(t, redis.URL())
	topic, heard := r.Topic("order"), make(chan string, 10)
	during(t, func(ctx context.Context) { _ = topic.Run(ctx, func(p []byte) { heard <- string(p) }, nil) })
	r.watch(t, "42")
	r.until(t, true)
	for round := range 2 {
		redis.Kill()
		r.until(t, false)
		redis.Restart()
		r.until(t, true)
		r.watch(t, "42")
		want, _ := must(t, r.Follower, "42", order.OrderID(fmt.Sprint(round)))
		if got := r.next(t); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if n, err := r.Follower.events.Publish(t.Context(), "order", []byte("hello")); n != 1 || err != nil {
			t.Errorf("%d heard the topic, %v", n, err)
		}
		if got := <-heard; got != "hello" {
			t.Errorf("heard %q", got)
		}
	}
}

func TestAFrozenRedisIsNoticedThoughEveryConnectionStands(t *testing.T) {
	redis := redistest.Start(t)
	r := run(t, redis.URL())
	r.watch(t, "42")
	r.until(t, true)
	redis.Freeze()
	r.until(t, false)
	r.untilDeaf(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r.Watch("43")
	if err := hears(ctx, r.Follower, "43"); err == nil {
		t.Error("a mart is heard though Redis did not confirm it")
	}
	redis.Thaw()
	r.until(t, true)
	r.watch(t, "42")
	want, _ := must(t, r.Follower, "42", "1001")
	if got := r.next(t); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestARedisThatTakesNoWritesIsNotReady(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	r.until(t, true)
	r.client.ConfigSet(t.Context(), "maxmemory", "1") // full
	r.until(t, false)
	r.client.ConfigSet(t.Context(), "maxmemory", "0")
	r.until(t, true)
}

func TestNoiseOnAMartsChannelDisturbsNothing(t *testing.T) {
	r := run(t, redistest.Start(t).URL())
	r.watch(t, "42")
	for _, noise := range []string{"", "hello", "1-0 1-1 {}", "\x00\xff", string(make([]byte, 10<<20))} {
		if _, err := r.Follower.events.Publish(t.Context(), eventlog.Channel("42"), []byte(noise)); err != nil {
			t.Fatal(err)
		}
	}
	want, _ := must(t, r.Follower, "42", "1001")
	if got := r.next(t); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// hears returns once mart is heard, or when ctx ends, with its error.
func hears(ctx context.Context, l *Follower, mart order.MartID) error {
	heard, opened := l.Heard(mart)
	if heard {
		return nil
	}
	select {
	case <-opened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
