package ingest

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/eventlog/follow"
	"jumun/server/internal/redistest"
)

// A recording is one server's Recorder, and what it was given to record.
type recording struct {
	*Recorder
	stop func()

	mu    sync.Mutex
	taken []string
	stuck bool // nothing that it takes is ever recorded
}

// record starts a Recorder of the topic "order", until its stop is called or the test ends.
func record(t *testing.T, redis *redistest.Redis) *recording {
	t.Helper()
	l, err := eventlog.Open(redis.URL(), eventlog.Options{}, quiet())
	if err != nil {
		t.Fatal(err)
	}
	r := &recording{Recorder: NewRecorder(l.Client(), follow.New(l, quiet()).Channels("order"), "order", quiet())}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = r.Run(ctx, r.take) })
	r.stop = sync.OnceFunc(func() { cancel(); wg.Wait(); _ = l.Close() })
	t.Cleanup(r.stop)
	return r
}

func (r *recording) take(text []byte, done func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken = append(r.taken, string(text))
	if !r.stuck {
		done()
	}
}

// heldBytes returns how much its Recorder holds; its own lock is another one.
func (r *recording) heldBytes() int {
	r.Recorder.mu.Lock()
	defer r.Recorder.mu.Unlock()
	return r.bytes
}

func (r *recording) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.taken)
}

func isFirst(r *recording) bool { return r.Place() == 1 }

// servers starts n of them, the first in the first place and so on.
func servers(t *testing.T, redis *redistest.Redis, n int) (all []*recording) {
	t.Helper()
	for i := range n {
		r := record(t, redis)
		all = append(all, r)
		if i < places {
			until(t, fmt.Sprint("server ", i+1, " has its place"), func() bool { return redis.Ask("GET", r.lease.keys[i]) == r.lease.server })
		} else { // until it knows that, it records all that it hears
			until(t, fmt.Sprint("server ", i+1, " has none"), func() bool { return r.Place() == 0 })
		}
	}
	for _, r := range all[:min(n, places)] {
		until(t, "the servers know each other", func() bool { return len(r.standing.Load().others) == min(n, places)-1 })
	}
	return all
}

func say(t *testing.T, redis *redistest.Redis, from, to int) (messages []string) {
	t.Helper()
	for i := from; i < to; i++ {
		messages = append(messages, fmt.Sprint("message ", i))
		if redis.Ask("PUBLISH", "order", messages[len(messages)-1]) == "0" {
			t.Fatal("nobody hears the topic")
		}
	}
	return messages
}

func TestOfManyServersThreeHearTheTopicAndOneRecordsIt(t *testing.T) {
	redis := redistest.Start(t)
	all := servers(t, redis, 5)
	until(t, "three hear the topic", func() bool { return strings.Contains(redis.Ask("PUBSUB", "NUMSUB", "order"), "3") })
	want := say(t, redis, 0, 200)
	until(t, "the first one takes all", func() bool { return len(all[0].all()) == len(want) })
	if got := all[0].all(); !slices.Equal(got, want) {
		t.Errorf("the order is %v", got)
	}
	for i, r := range all[1:] {
		until(t, "nothing is held", func() bool { return r.heldBytes() == 0 })
		if n := len(r.all()); n > len(want)/2 { // on a busy machine some come too late
			t.Errorf("server %d took %d again", i+2, n)
		}
	}
}

func TestWhatTheFirstServerHeardAndDidNotRecordTheSecondRecordsInOrder(t *testing.T) {
	redis := redistest.Start(t)
	all := servers(t, redis, 2)
	all[0].mu.Lock()
	all[0].stuck = true
	all[0].mu.Unlock()
	want := say(t, redis, 0, 100)
	until(t, "the second takes all", func() bool { return len(all[1].all()) == len(want) })
	if got := all[1].all(); !slices.Equal(got, want) {
		t.Errorf("the order is %v", got)
	}
}

func TestAServerThatStopsIsReplacedAndWhatItHeldIsRecorded(t *testing.T) {
	redis := redistest.Start(t)
	all := servers(t, redis, 4)
	want := say(t, redis, 0, 100)
	all[0].stop()
	want = append(want, say(t, redis, 100, 200)...)
	for _, r := range all[1:] {
		until(t, "another moves up", func() bool { return r.Place() > 0 })
	}
	want = append(want, say(t, redis, 200, 300)...)
	until(t, "all is recorded", func() bool {
		var got []string
		for _, r := range all {
			got = append(got, r.all()...)
		}
		return !slices.ContainsFunc(want, func(m string) bool { return !slices.Contains(got, m) })
	})
}

func TestARedisThatForgetsTheLeasesIsHeardAllTheTime(t *testing.T) {
	redis := redistest.Start(t)
	all := servers(t, redis, 5)
	until(t, "three hear the topic", func() bool { return strings.Contains(redis.Ask("PUBSUB", "NUMSUB", "order"), "3") })
	var want []string
	for i := range 8 {
		redis.Ask("FLUSHALL")
		want = append(want, say(t, redis, 100*i, 100*i+100)...)
		until(t, "somebody has the first place", func() bool { return slices.ContainsFunc(all, isFirst) })
	}
	until(t, "all is recorded", func() bool {
		var got []string
		for _, r := range all {
			got = append(got, r.all()...)
		}
		return !slices.ContainsFunc(want, func(m string) bool { return !slices.Contains(got, m) })
	})
}

func TestWhereLeasesCannotBeRenewedEveryServerRecords(t *testing.T) {
	redis := redistest.Start(t)
	for i := range places {
		redis.Ask("LPUSH", newLease(nil, "order").keys[i], "not a lease")
	}
	all := []*recording{record(t, redis), record(t, redis)}
	until(t, "both hear the topic", func() bool { return strings.Contains(redis.Ask("PUBSUB", "NUMSUB", "order"), "2") })
	say(t, redis, 0, 1)
	for _, r := range all {
		until(t, "it is recorded", func() bool { return len(r.all()) == 1 })
	}
}

// second returns a server in the second place that hears nothing but what the test gives it, and the
// name of the first.
func second(t *testing.T) (r *recording, first string) {
	r, first = &recording{Recorder: NewRecorder(nil, nil, "order", quiet())}, rand.Text()
	r.Recorder.take = r.take
	r.standing.Store(&standing{place: 1, others: []string{first}})
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go r.keepRecording(ctx)
	return r, first
}

func report(server string, messages ...string) []byte {
	var all bytes.Buffer
	all.WriteString(server)
	for _, m := range messages {
		s := sumOf([]byte(m))
		all.Write(s[:])
	}
	return all.Bytes()
}

func TestASecondServerRecordsWhatIsNotReportedInTime(t *testing.T) {
	tests := []struct {
		name    string
		reports func(r *recording, first string)
		want    []string
		within  time.Duration
	}{
		{"all is reported", func(r *recording, first string) { r.onReport(report(first, "a", "b", "b")) }, nil, 0},
		{"nothing is reported", func(*recording, string) {}, []string{"a", "b", "b"}, afterSilence + reportEvery},
		{"one is left out", func(r *recording, first string) { r.onReport(report(first, "b", "b")) }, []string{"a"}, afterSilence + reportEvery},
		{"one of two that are the same is left out", func(r *recording, first string) { r.onReport(report(first, "a", "b")) }, []string{"b"}, afterSilence + reportEvery},
		{"others are reported all the time", func(r *recording, first string) {
			for range 30 {
				r.onReport(report(first, "c"))
				time.Sleep(reportEvery)
			}
		}, []string{"a", "b", "b"}, afterReports + reportEvery},
		{"a server that has no place reports", func(r *recording, _ string) { r.onReport(report(rand.Text(), "a", "b", "b")) }, []string{"a", "b", "b"}, afterSilence + reportEvery},
		{"what is reported is no report", func(r *recording, first string) { r.onReport(report(first, "a", "b")[1:]) }, []string{"a", "b", "b"}, afterSilence + reportEvery},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, first := second(t)
				start := time.Now()
				for _, m := range []string{"a", "b", "b"} {
					r.recordOrHold(message{sumOf([]byte(m)), time.Now(), []byte(m)})
				}
				go tt.reports(r, first)
				for len(r.all()) < len(tt.want) {
					time.Sleep(time.Millisecond)
				}
				if took := time.Since(start); took > tt.within {
					t.Errorf("took %v", took)
				}
				time.Sleep(10 * time.Second)
				if got := r.all(); !slices.Equal(got, tt.want) || r.heldBytes() != 0 {
					t.Errorf("recorded %q, %d bytes are held", got, r.heldBytes())
				}
			})
		})
	}
}

func TestASecondServerRecordsTheOldestRatherThanHoldMoreThanItsBound(t *testing.T) {
	r := &recording{Recorder: NewRecorder(nil, nil, "order", quiet())}
	r.Recorder.take = r.take
	r.standing.Store(&standing{place: 1})
	for i := range 20 {
		text := bytes.Repeat([]byte{byte('a' + i)}, 1<<20)
		r.recordOrHold(message{sumOf(text), time.Now(), text})
	}
	if got := r.all(); len(got) != 4 || got[0][0] != 'a' || got[3][0] != 'd' || r.bytes != maxHeld {
		t.Errorf("%d are recorded, %d bytes held", len(got), r.bytes)
	}
}
