//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"

	"jumun/server/bench/jsonpipe"
	"jumun/server/bench/publisher"
	"jumun/server/bench/receivers"
	"jumun/server/bench/stats"
)

// others is how many devices are alone in their marts, beside those in the shared mart.
const others = 10_000

// A Room is how many devices in one mart affect the others.
type Room struct {
	Others, Devices int
	Without, With   stats.Quantiles // delays of the other devices
	Spread          stats.Quantiles // from the first device in the shared mart that has an order to the last one
	Lost, Repeated  int64
}

// room gives the others the even load twice: while the devices in the shared mart get nothing, and
// while they get an order a second.
func room(ctx context.Context, o options, devices int) (result Room, err error) {
	s, err := openJumun(ctx, o, others, devices)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, s.group.Close()) }()
	if _, _, err := s.connect(); err != nil {
		return result, err
	}
	if err := pause(ctx, s.settle); err != nil {
		return result, err
	}
	result = Room{Others: others, Devices: devices}
	if err := s.without(&result); err != nil {
		return result, err
	}
	return result, s.with(ctx, &result)
}

func (s *setup) without(result *Room) error {
	q := s.question()
	q.Rate, q.For = s.rate, s.seconds
	h, _, err := s.publish(q)
	result.Without, result.Lost, result.Repeated = h.Delays, h.lost, h.Repeated
	return err
}

func (s *setup) with(ctx context.Context, result *Room) error {
	many, err := jsonpipe.Open(ctx, s.group, "shop-of-the-room", s.self, "shop")
	if err != nil {
		return err
	}
	q := s.question()
	q.Rate, q.For = s.rate, s.seconds
	one := q
	one.Mart, one.Marts, one.First, one.Rate = s.sharedMart(), 1, 0, 1
	s.counter.Wanted.Store(-1)
	already := s.counter.Arrived.Load()
	err = errors.Join(s.tell(receivers.Question{Hear: &receivers.Hear{Timeout: timeout, Return: true}}), many.Tell(one))
	var alone, together publisher.Answer
	if err := errors.Join(err, s.publisher.Ask(q, &alone), many.Answer(&together)); err != nil {
		return err
	}
	wanted := alone.Orders + together.Orders*int64(result.Devices)
	s.counter.Wanted.Store(already + wanted)
	answers, err := s.answers()
	if err != nil {
		return err
	}
	h, in := add(answers, 0), add(answers, 1)
	result.With, result.Spread = h.Delays, in.Spread
	result.Lost += wanted - h.Fresh - in.Fresh
	result.Repeated += h.Repeated + in.Repeated
	return nil
}

func (r Room) table() string {
	row := func(name string, q stats.Quantiles) []string {
		cells := []string{name}
		for _, v := range []float64{ms(q.P50), ms(q.P99), ms(q.P999), ms(q.Max)} {
			cells = append(cells, fmt.Sprintf("%.2f", v))
		}
		return cells
	}
	return fmt.Sprintf("\n%d devices alone in their marts, and %d in one that gets an order a second (lost: %d, repeated: %d):\n\n", r.Others, r.Devices, r.Lost, r.Repeated) +
		stats.Table([][]string{
			{"", "p50 ms", "p99 ms", "p99.9 ms", "max ms"},
			row("the others, while the one mart is quiet", r.Without),
			row("the others, while it gets orders", r.With),
			row("in it, from the first device to the last", r.Spread),
		})
}
