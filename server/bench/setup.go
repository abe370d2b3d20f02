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

// bound is how many orders may be under way at full load.
const bound = 256

// timeout is how long nothing may arrive before the rest counts as lost.
const timeout = 5 * time.Second

// A setup is a system with its devices and a publisher, each in processes of their own.
type setup struct {
	*system
	options
	group     *procs.Group
	receivers []*jsonpipe.Client
	counter   *counter.Counter // of all receivers together
	publisher *jsonpipe.Client
	marts     int
	orders    int64 // published so far to marts with their own device
}

// open starts a system with n devices, and extra devices that share one more mart. The extra
// devices are group 1.
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

// openJumun opens a setup with one jumun-server, each device in a mart of its own, in a new
// group, which the caller must close.
func openJumun(ctx context.Context, o options, n, extra int) (*setup, error) {
	g, err := procs.Open()
	if err != nil {
		return nil, err
	}
	o.servers, o.perMart = 1, 1
	s, err := open(ctx, g, o, startJumun, n, extra)
	if err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return s, nil
}

// addReceivers starts the process for the devices of server i: every len(addresses)-th device.
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

// mart returns the mart of device k. The first n devices are not in the shared mart.
func (s *setup) mart(k, n int) string {
	if k >= n {
		return strconv.Itoa(s.sharedMart())
	}
	return strconv.Itoa(1 + k%s.marts)
}

// sharedMart is the number of the mart that the extra devices share.
func (s *setup) sharedMart() int { return 1 + s.marts }

// ask asks all processes of receivers at once, and returns their answers.
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

// connect connects every device to its server. It returns how long that took, what the
// devices received meanwhile, and why streams have ended.
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

// question is the question to the publisher, without amount and rate.
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
