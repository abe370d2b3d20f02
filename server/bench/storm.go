//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jumun/server/bench/procs"
	"jumun/server/bench/receivers"
	"jumun/server/bench/stats"
)

// away is how many orders each mart gets while its device is disconnected.
const away = 3

// A Storm is what happened when all devices of a dead server connected to another one at once.
type Storm struct {
	Streams        int
	AllLive        time.Duration   // until the last device had all that it missed
	ToLive         stats.Quantiles // the same, of each device
	ServerCPU      float64         // µs a stream
	RedisCPU       float64
	PeakRSS        float64 // bytes a stream, beyond what the server had before
	Lost, Repeated int64
	Gaps           int
	Refused        int // attempts that were refused, and streams that ended: the device tried again
}

// storm connects n devices to one server, publishes one order to each, and kills the server.
// Another server records three more orders for each. Then all devices connect to that one, with their last ID.
func storm(ctx context.Context, o options, n int) (result Storm, err error) {
	s, err := openJumun(ctx, o, n, 0)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, s.group.Close()) }()
	if err := s.loseServer(ctx); err != nil {
		return result, err
	}
	if err := s.recordMissed(ctx, away*n); err != nil {
		return result, err
	}
	result.Streams = n
	return result, s.reconnectAll(&result)
}

// loseServer delivers an order to every device, starts another server, and kills the first one.
func (s *setup) loseServer(ctx context.Context) error {
	if _, _, err := s.connect(); err != nil {
		return err
	}
	q := s.question()
	q.Orders = int64(s.marts)
	h, published, err := s.publish(q)
	if err != nil {
		return err
	}
	if h.lost != 0 || published.Orders < q.Orders {
		return fmt.Errorf("%d orders were lost before the storm", q.Orders-h.Fresh)
	}
	if err := s.addJumun(ctx, s.group, s.options, s.group.Path("keys.json")); err != nil {
		return err
	}
	s.pods[0].Kill()
	answers, err := s.ask(receivers.Question{Hear: &receivers.Hear{Timeout: timeout}})
	if err == nil && answers[0].Held > 0 {
		err = fmt.Errorf("%d streams outlived their server", answers[0].Held)
	}
	return err
}

// batch is how many orders are published before all of them must be recorded: Redis does not
// slow a publisher down for a topic's subscriber, so more orders would be lost.
const batch = 1000

// recordMissed publishes so many orders and waits until they are recorded, whether devices listen or not.
func (s *setup) recordMissed(ctx context.Context, orders int) error {
	before, err := recorded(s.redisAt)
	if err != nil {
		return err
	}
	for done := 0; done < orders; {
		q := s.question()
		q.Orders, q.Rate = int64(min(batch, orders-done)), 10*batch
		if err := s.publisher.Ask(q, &struct{}{}); err != nil {
			return err
		}
		s.orders += q.Orders
		done += int(q.Orders)
		if err := s.awaitRecorded(ctx, before+done); err != nil {
			return err
		}
	}
	return nil
}

func (s *setup) awaitRecorded(ctx context.Context, want int) error {
	for started := time.Now(); ; {
		n, err := recorded(s.redisAt)
		if err != nil || n >= want {
			return err
		}
		if time.Since(started) > 6*timeout {
			return fmt.Errorf("%d of %d orders are recorded", n, want)
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}

// reconnectAll connects all devices to the other server at once.
func (s *setup) reconnectAll(result *Storm) error {
	pod := s.pods[1]
	err := pod.ForgetPeak()
	rss, err2 := pod.RSS()
	before, err3 := s.cpuOf(pod)
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	answers, err := s.ask(receivers.Question{Connect: &receivers.Connect{Address: s.addresses[1], AtOnce: result.Streams, Behind: away, Return: true}})
	if err != nil {
		return errors.Join(err, errors.New(pod.Said()))
	}
	used, err := s.cpuOf(pod)
	peak, err2 := pod.PeakRSS()
	late, err3 := s.ask(receivers.Question{Hear: &receivers.Hear{Timeout: timeout}}) // a repeat would come now
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	n := int64(result.Streams)
	a, heard := answers[0], answers[0].Heard[0]
	result.AllLive, result.ToLive, result.Gaps = a.Live, a.ToLive, a.Gaps
	result.Refused = a.Gone
	result.Repeated = heard.Repeated + late[0].Heard[0].Repeated
	result.Lost = away*n - heard.Fresh - late[0].Heard[0].Fresh
	result.ServerCPU, result.RedisCPU = each(used[0]-before[0], n), each(used[1]-before[1], n)
	result.PeakRSS = float64(peak-rss) / float64(n)
	return nil
}

// cpuOf returns the processor time of a server, and that of Redis.
func (s *setup) cpuOf(pod *procs.Process) (used [2]time.Duration, err error) {
	server, err := pod.CPU()
	redis, err2 := s.redis.CPU()
	return [2]time.Duration{server, redis}, errors.Join(err, err2)
}

func (r Storm) table() string {
	return "\nAll devices of a dead server come to another one at once, each " + fmt.Sprint(away) + " orders behind:\n\n" +
		stats.Table([][]string{
			{"streams", "all live s", "p50 s", "p99 s", "CPU/stream µs", "Redis/stream µs", "peak RSS/stream B", "refused", "lost", "repeated", "gaps"},
			{fmt.Sprint(r.Streams), seconds(r.AllLive), seconds(r.ToLive.P50), seconds(r.ToLive.P99), fmt.Sprintf("%.1f", r.ServerCPU),
				fmt.Sprintf("%.1f", r.RedisCPU), fmt.Sprintf("%.0f", r.PeakRSS), fmt.Sprint(r.Refused), fmt.Sprint(r.Lost), fmt.Sprint(r.Repeated), fmt.Sprint(r.Gaps)},
		})
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }
