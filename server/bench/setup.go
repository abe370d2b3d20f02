//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"jumun/server/bench/counter"
	"jumun/server/bench/jsonpipe"
	"jumun/server/bench/procs"
	"jumun/server/bench/publisher"
	"jumun/server/bench/receivers"
)

// bound is how many orders may be under way when they come as fast as they arrive.
const bound = 256

// timeout is for how long nothing may come before the rest is taken for lost.
const timeout = 5 * time.Second

// A setup has a system, its devices and a publisher, each in processes of their own.
type setup struct {
	*system
	options
	group     *procs.Group
	receivers []*jsonpipe.Client
	counter   *counter.Counter // of all crowds together
	publisher *jsonpipe.Client
	marts     int
	orders    int64 // published so far to the marts of devices that are alone
}

// open opens a setup for n devices, and extra ones, all in one mart that comes after the
// others; they are group 1.
func open(ctx context.Context, g *procs.Group, o options, begin start, n, extra int) (*setup, error) {
	s := &setup{options: o, group: g, marts: max(1, n/o.perMart)}
	var err error
	if s.system, err = begin(ctx, g, o); err != nil {
		return nil, err
	}
	if s.counter, err = counter.Open(g.Path("tally")); err != nil {
		return nil, err
	}
	if s.publisher, err = jsonpipe.Open(ctx, g, "shop", o.self, "shop"); err != nil {
		return nil, err
	}
	for i := range s.addresses {
		if err := s.addReceivers(ctx, i, n, extra); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// addReceivers adds the devices of server i, which are every so-many-th.
func (s *setup) addReceivers(ctx context.Context, i, n, extra int) error {
	c, err := jsonpipe.Open(ctx, s.group, fmt.Sprintf("crowd-%d", i), s.self, "crowd")
	if err != nil {
		return err
	}
	s.receivers = append(s.receivers, c)
	plan := &receivers.Plan{Counter: s.group.Path("tally")}
	for k := i; k < n+extra; k += len(s.addresses) {
		d := receivers.Device{}
		if k >= n {
			d.Group = 1
		}
		if d.Request, err = s.request(s.mart(k, n), k); err != nil {
			return err
		}
		plan.Devices = append(plan.Devices, d)
	}
	return c.Ask(receivers.Question{Plan: plan}, new(receivers.Answer))
}

// mart is the mart of device k, if n are not in the room.
func (s *setup) mart(k, n int) string {
	if k >= n {
		return strconv.Itoa(s.sharedMart())
	}
	return strconv.Itoa(1 + k%s.marts)
}

// sharedMart is the mart of all who are in one.
func (s *setup) sharedMart() int { return 1 + s.marts }

// ask asks all crowds at once, and returns their answers.
func (s *setup) ask(q receivers.Question) ([]receivers.Answer, error) {
	if err := s.tell(q); err != nil {
		return nil, err
	}
	return s.answers()
}

func (s *setup) tell(q receivers.Question) (err error) {
	for _, c := range s.receivers {
		err = errors.Join(err, c.Tell(q))
	}
	return err
}

func (s *setup) answers() (all []receivers.Answer, err error) {
	for _, c := range s.receivers {
		var a receivers.Answer
		err = errors.Join(err, c.Answer(&a))
		all = append(all, a)
	}
	return all, err
}

// connect has all devices connect, each to its server, and returns how long it took, and
// what they heard, or why streams have ended by then.
func (s *setup) connect() (took time.Duration, h heard, err error) {
	for i, c := range s.receivers {
		q := receivers.Question{Connect: &receivers.Connect{Address: s.addresses[i], AtOnce: s.atOnce, Return: true}}
		err = errors.Join(err, c.Tell(q))
	}
	if err != nil {
		return 0, h, err
	}
	all, err := s.answers()
	for _, a := range all {
		took = max(took, a.Live)
	}
	if err == nil {
		h = add(all, 0)
	}
	return took, h, err
}

// question is what the shop is asked, but for how much and how fast.
func (s *setup) question() publisher.Question {
	q := publisher.Question{Redis: s.redisAt, Topic: topic, Stream: s.by == "stream", Mart: 1, Marts: s.marts, First: s.orders,
		Counter: s.group.Path("tally"), Bound: bound, PerMart: int64(s.perMart)}
	if q.Stream {
		q.Topic = intake
	}
	if s.redisAt == "" {
		q.HTTP, q.Topic = s.addresses[0], "/pub/"
	}
	return q
}
