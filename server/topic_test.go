//go:build unix

package main

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// topicMarts are the marts of the orders that speak publishes.
const topicMarts = 5

// speak publishes the orders from one number to another on the topic, each mart's in turn, and fails
// if nobody hears them.
func speak(t *testing.T, redis *redistest.Redis, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		mart := order.MartID(fmt.Sprint("mart", i%topicMarts))
		if redis.Ask("PUBLISH", "order", publication(mart, order.OrderID(fmt.Sprint(i)))) == "0" {
			t.Fatalf("nobody hears order %d", i)
		}
	}
}

// untilLogged waits until the logs have the orders up to n, each once and in their order.
func untilLogged(t *testing.T, redis *redistest.Redis, n int) {
	t.Helper()
	for m := range topicMarts {
		key := fmt.Sprintf("jumun:{mart%d}:log", m)
		eventually(t, "all orders are recorded", func() bool { return redis.Ask("XLEN", key) == fmt.Sprint(n/topicMarts) })
		var at []int
		log := redis.Ask("XRANGE", key, "-", "+")
		for i := m; i < n; i += topicMarts {
			at = append(at, strings.Index(log, fmt.Sprintf(`"order":"%d"`, i)))
		}
		if slices.Contains(at, -1) || !slices.IsSorted(at) {
			t.Errorf("%s has not every order in its place: %v", key, at)
		}
	}
}

// untilPlaced waits until the servers have the first places among those that record the topic, each
// one: when a place becomes free, any of them may be the first to take it.
func untilPlaced(t *testing.T, redis *redistest.Redis, urls ...string) {
	t.Helper()
	eventually(t, "the servers have their places", func() bool {
		taken := make(map[string]bool)
		for i, url := range urls {
			_, place, _ := strings.Cut(text(t, url+wire.MetricsPath), "\njumun_topic_place ")
			place, _, _ = strings.Cut(place, "\n")
			taken[place] = redis.Ask("EXISTS", fmt.Sprintf("jumun:topic:{recorders}:order:%d", i+1)) == "1"
		}
		for i := range urls {
			if !taken[fmt.Sprint(i+1)] {
				return false
			}
		}
		return true
	})
}

func TestAServerThatDiesOrFreezesLosesNothingOfTheTopicAndReordersNothing(t *testing.T) {
	for name, fault := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "frozen": syscall.SIGSTOP} {
		t.Run(name, func(t *testing.T) {
			redis := redistest.Start(t)
			var cmds []*exec.Cmd
			var urls []string
			for range 3 {
				cmd, url := process(t, "--redis", redis.URL())
				cmds, urls = append(cmds, cmd), append(urls, url)
				untilPlaced(t, redis, urls...)
			}
			speak(t, redis, 0, 500)
			if err := cmds[0].Process.Signal(fault); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			speak(t, redis, 500, 1000)
			untilLogged(t, redis, 1000)
			t.Logf("all is recorded after %v", time.Since(began).Round(time.Millisecond))
			untilPlaced(t, redis, urls[1:]...)
			speak(t, redis, 1000, 1500)
			_ = cmds[0].Process.Signal(syscall.SIGCONT) // it may be gone
			speak(t, redis, 1500, 2000)
			untilLogged(t, redis, 2000)
		})
	}
}

func TestARedisThatRestartsWithoutItsLeasesIsHeardAgain(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	redis.Kill()
	for _, s := range []*program{one, two} {
		eventually(t, "not ready", func() bool { return status(t, s.url+wire.ReadyPath) != 200 })
	}
	redis.Restart()
	for _, s := range []*program{one, two} {
		eventually(t, "ready", func() bool { return status(t, s.url+wire.ReadyPath) == 200 })
	}
	speak(t, redis, 0, 500)
	untilLogged(t, redis, 500)
}

func TestAnOrderOfTheTopicIsRecordedOnceNotOnceByEachServer(t *testing.T) {
	redis := redistest.Start(t)
	var all []*program
	var urls []string
	for range 4 {
		all = append(all, serve(t, "--redis", redis.URL()))
		if urls = append(urls, all[len(all)-1].url); len(urls) <= 3 {
			untilPlaced(t, redis, urls...)
		}
	}
	eventually(t, "the fourth has no place", func() bool { return count(t, all[3], "jumun_topic_place") == 0 })
	speak(t, redis, 0, 1000)
	untilLogged(t, redis, 1000)
	var again float64
	for _, p := range all {
		again += count(t, p, `jumun_orders_total{outcome="duplicate",way="topic"}`)
	}
	if again > 500 { // on a busy machine some come too late; each server recorded all of them before
		t.Errorf("%v of 1000 orders were recorded again", again)
	}
	t.Logf("%v of 1000 orders were recorded again", again)
}
