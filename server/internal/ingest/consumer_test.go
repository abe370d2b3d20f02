package ingest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/redistest"
)

// consumerPatience is how long a test waits for what must come: long, since it ends a failure only.
const consumerPatience = 20 * time.Second

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// dial connects to a Redis until the end of the test.
func dial(t *testing.T, url string) redis.UniversalClient {
	t.Helper()
	client, err := redisconn.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// runningUntilEnd runs work until the test ends, and waits for it.
func runningUntilEnd(t *testing.T, work func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { work(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
}

const intakeKey = "jumun:orders"

// quick is a Consumer that takes over soon.
func quick(l redis.UniversalClient) *Consumer {
	in := NewConsumer(l, intakeKey, quiet())
	in.takeover = 10 * time.Millisecond
	return in
}

// taking runs in until the test ends, and sends what it hands over; each is done.
func taking(t *testing.T, in *Consumer) <-chan string {
	t.Helper()
	taken := make(chan string, 1000)
	runningUntilEnd(t, func(ctx context.Context) {
		_ = in.Run(ctx, func(entries []map[string]any) []bool {
			done := make([]bool, len(entries))
			for i, e := range entries {
				done[i] = true
				taken <- fmt.Sprint(e["orderId"])
			}
			return done
		})
	})
	return taken
}

func xadd(t *testing.T, l redis.UniversalClient, fields ...any) string {
	t.Helper()
	id, err := l.Do(t.Context(), append([]any{"XADD", intakeKey, "*"}, fields...)...).Text()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func place(t *testing.T, l redis.UniversalClient, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		xadd(t, l, "martId", 42, "orderId", i)
	}
}

func expect(t *testing.T, taken <-chan string, want string) {
	t.Helper()
	select {
	case got := <-taken:
		if got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	case <-time.After(consumerPatience):
		t.Fatalf("%s did not come", want)
	}
}

// expectAll takes what comes in any order.
func expectAll(t *testing.T, taken <-chan string, want ...string) {
	t.Helper()
	var got []string
	for range want {
		select {
		case number := <-taken:
			got = append(got, number)
		case <-time.After(consumerPatience):
			t.Fatalf("only %.100q came", got)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %.100q, want %.100q", got, want)
	}
}

// until waits for what must become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(consumerPatience)
	for tick := time.NewTicker(5 * time.Millisecond); !is(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %v: %s", consumerPatience, what)
		}
	}
}

// untilNothingIsLeft waits until the stream is empty, and nobody holds anything.
func untilNothingIsLeft(t *testing.T, l redis.UniversalClient) {
	t.Helper()
	until(t, "nothing is left in the stream", func() bool {
		pending, err := l.XPending(t.Context(), intakeKey, consumerGroup).Result()
		return err == nil && pending.Count == 0 && l.XLen(t.Context(), intakeKey).Val() == 0
	})
}

// dies reads all there is as a pod that then dies.
func dies(t *testing.T, l redis.UniversalClient) {
	t.Helper()
	ctx := t.Context()
	l.XGroupCreateMkStream(ctx, intakeKey, consumerGroup, "0")
	err := l.XReadGroup(ctx, &redis.XReadGroupArgs{Group: consumerGroup, Consumer: "dead", Streams: []string{intakeKey, ">"}, Block: -1}).Err()
	if err != nil {
		t.Fatal(err)
	}
}

func consumers(t *testing.T, l redis.UniversalClient) string {
	t.Helper()
	var names []string
	for _, c := range l.XInfoConsumers(t.Context(), intakeKey, consumerGroup).Val() {
		names = append(names, c.Name)
	}
	return strings.Join(names, " ")
}

func TestTheConsumer(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, redis.UniversalClient)
	}{
		{"takes what was added while no pod was there", intakeTakesWhatWaited},
		{"takes what comes", intakeTakesWhatComes},
		{"is shared by all pods", intakeIsShared},
		{"takes over what a dead pod held", intakeTakesOver},
		{"hands out again what was not done", intakeHandsOutAgain},
		{"hands on whatever it finds", intakeHandsOnPoison},
		{"finishes what was handed out before it stops", intakeFinishes},
		{"leaves what it could not finish to others", intakeLeavesTheRest},
		{"begins anew when Redis forgets", intakeBeginsAnew},
	} {
		t.Run(c.name, func(t *testing.T) {
			redistest.OnBoth(t, func(t *testing.T, url string) { c.run(t, dial(t, url)) })
			t.Run("cluster", func(t *testing.T) { c.run(t, dial(t, "redis+cluster://"+redistest.StartOneNodeCluster(t))) })
		})
	}
}

func intakeTakesWhatWaited(t *testing.T, l redis.UniversalClient) {
	place(t, l, 0, 300)
	taken := taking(t, quick(l))
	for i := range 300 {
		expect(t, taken, fmt.Sprint(i))
	}
	untilNothingIsLeft(t, l)
}

func intakeTakesWhatComes(t *testing.T, l redis.UniversalClient) {
	taken := taking(t, quick(l))
	for i := range 20 {
		place(t, l, i, i+1)
		expect(t, taken, fmt.Sprint(i))
	}
	untilNothingIsLeft(t, l)
}

func intakeIsShared(t *testing.T, l redis.UniversalClient) {
	in, other := NewConsumer(l, intakeKey, quiet()), NewConsumer(l, intakeKey, quiet())
	one, two := taking(t, in), taking(t, other)
	seen := make(map[string]int)
	place(t, l, 0, 500)
	for range 500 {
		select {
		case number := <-one:
			seen[number]++
		case number := <-two:
			seen[number]++
		case <-time.After(consumerPatience):
			t.Fatalf("only %d came", len(seen))
		}
	}
	untilNothingIsLeft(t, l)
	if len(seen) != 500 || len(one)+len(two) != 0 {
		t.Errorf("%d orders came, and %d more", len(seen), len(one)+len(two))
	}
}

func intakeTakesOver(t *testing.T, l redis.UniversalClient) {
	place(t, l, 0, 10)
	dies(t, l)
	place(t, l, 10, 11)
	want := []string{"10"}
	for i := range 10 {
		want = append(want, fmt.Sprint(i))
	}
	expectAll(t, taking(t, quick(l)), want...)
	untilNothingIsLeft(t, l)
}

func intakeHandsOutAgain(t *testing.T, l redis.UniversalClient) {
	var mu sync.Mutex
	tries := make(map[string]int)
	place(t, l, 0, 5)
	runningUntilEnd(t, func(ctx context.Context) {
		_ = quick(l).Run(ctx, func(entries []map[string]any) []bool {
			mu.Lock()
			defer mu.Unlock()
			done := make([]bool, len(entries))
			for i, e := range entries {
				tries[e["orderId"].(string)]++
				done[i] = e["orderId"] != "3" || tries["3"] > 2
			}
			return done[:min(len(done), 4)] // the fifth is not spoken of
		})
	})
	untilNothingIsLeft(t, l)
	mu.Lock()
	defer mu.Unlock()
	if tries["0"] != 1 || tries["3"] != 3 || tries["4"] < 2 {
		t.Errorf("tried %v", tries)
	}
}

func intakeHandsOnPoison(t *testing.T, l redis.UniversalClient) {
	xadd(t, l, "orderId", "\x00\xff")
	xadd(t, l, "orderId", strings.Repeat("x", 1<<20))
	xadd(t, l, "", "")
	xadd(t, l, "orderId", "twice", "orderId", "again")
	deleted := xadd(t, l, "orderId", "deleted")
	dies(t, l)
	l.XDel(t.Context(), intakeKey, deleted) // a publisher that trims
	place(t, l, 0, 1)
	expectAll(t, taking(t, quick(l)), "\x00\xff", strings.Repeat("x", 1<<20), "<nil>", "again", "0")
	until(t, "the stream is empty", func() bool { return l.XLen(t.Context(), intakeKey).Val() == 0 })
}

func intakeFinishes(t *testing.T, l redis.UniversalClient) {
	ctx, cancel := context.WithCancel(t.Context())
	place(t, l, 0, 3)
	err := quick(l).Run(ctx, func(entries []map[string]any) []bool {
		cancel()
		return []bool{true, true, true}
	})
	if n := l.XLen(t.Context(), intakeKey).Val(); n != 0 || err != nil {
		t.Errorf("%d orders are left, %v", n, err)
	}
	if names := consumers(t, l); names != "" {
		t.Errorf("it left its name behind: %s", names)
	}
}

func intakeLeavesTheRest(t *testing.T, l redis.UniversalClient) {
	ctx, cancel := context.WithCancel(t.Context())
	place(t, l, 0, 2)
	_ = quick(l).Run(ctx, func(entries []map[string]any) []bool {
		cancel()
		return []bool{true, false}
	})
	expect(t, taking(t, quick(l)), "1")
	untilNothingIsLeft(t, l)
}

func intakeBeginsAnew(t *testing.T, l redis.UniversalClient) {
	taken := taking(t, quick(l))
	place(t, l, 0, 1)
	expect(t, taken, "0")
	untilNothingIsLeft(t, l) // else what is forgotten is deleted again, perhaps under the ID of the next
	l.FlushAll(t.Context())
	place(t, l, 1, 2)
	expect(t, taken, "1")
	untilNothingIsLeft(t, l)
}

func TestTheConsumerSurvivesAKilledRedisAndSaysSoOnce(t *testing.T) {
	server := redistest.Start(t)
	l := dial(t, server.URL())
	var said bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	taken, ended := make(chan string, 10), make(chan struct{})
	go func() {
		defer close(ended)
		c := quick(l)
		c.log = slog.New(slog.NewTextHandler(&said, nil))
		_ = c.Run(ctx, func(entries []map[string]any) []bool {
			taken <- fmt.Sprint(entries[0]["orderId"])
			return []bool{true}
		})
	}()
	place(t, l, 0, 1)
	expect(t, taken, "0")
	server.Kill()
	for range 2 { // by then the reader has met it too
		for l.Ping(t.Context()).Err() == nil {
		}
	}
	server.Restart()
	place(t, l, 1, 2)
	expect(t, taken, "1")
	place(t, l, 2, 3) // by then it has been said that all is well
	expect(t, taken, "2")
	cancel()
	<-ended
	if strings.Count(said.String(), "\n") != 2 || !strings.Contains(said.String(), "read again") {
		t.Errorf("it said:\n%s", said.String())
	}
}

func TestTheConsumerStopsWhileRedisIsFrozen(t *testing.T) {
	server := redistest.Start(t)
	l := dial(t, server.URL())
	ctx, cancel := context.WithCancel(t.Context())
	place(t, l, 0, 1)
	began := time.Now()
	_ = quick(l).Run(ctx, func([]map[string]any) []bool {
		server.Freeze()
		began = time.Now()
		cancel()
		return []bool{true}
	})
	if took := time.Since(began); took > commandTimeout+leaveTimeout+time.Second {
		t.Errorf("it took %v to stop", took)
	}
	server.Thaw()
}

func TestTheConsumerForgetsPodsThatAreLongGoneAndHoldNothing(t *testing.T) {
	l := dial(t, redistest.Start(t).URL())
	ctx := t.Context()
	place(t, l, 0, 1)
	dies(t, l) // and holds something
	l.XGroupCreateConsumer(ctx, intakeKey, consumerGroup, "gone")
	in := NewConsumer(l, intakeKey, quiet())
	in.keep = 20 * time.Millisecond
	taking(t, in)
	until(t, "the pod that holds nothing is forgotten", func() bool {
		return !strings.Contains(consumers(t, l), "gone")
	})
	if names := consumers(t, l); !strings.Contains(names, "dead") {
		t.Errorf("the pod that held something is forgotten with it: %s", names)
	}
}
