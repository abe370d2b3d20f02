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

// patience is for how long nothing may come before the rest is taken for lost.
const patience = 5 * time.Second

// A stage has a system, its devices and a publisher, each in processes of their own.
type stage struct {
	*system
	options
	lab    *procs.Lab
	crowds []*jsonpipe.Line
	tally  *counter.Tally // of all crowds together
	shop   *jsonpipe.Line
	marts  int
	orders int64 // published so far to the marts of devices that are alone
}

// open opens a stage for n devices, and extra ones, all in one mart that comes after the
// others; they are group 1.
func open(ctx context.Context, l *procs.Lab, o options, begin start, n, extra int) (*stage, error) {
	s := &stage{options: o, lab: l, marts: max(1, n/o.perMart)}
	var err error
	if s.system, err = begin(ctx, l, o); err != nil {
		return nil, err
	}
	if s.tally, err = counter.Open(l.Path("tally")); err != nil {
		return nil, err
	}
	if s.shop, err = jsonpipe.Open(ctx, l, "shop", o.self, "shop"); err != nil {
		return nil, err
	}
	for i := range s.addresses {
		if err := s.addCrowd(ctx, i, n, extra); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// addCrowd adds the devices of server i, which are every so-many-th.
func (s *stage) addCrowd(ctx context.Context, i, n, extra int) error {
	c, err := jsonpipe.Open(ctx, s.lab, fmt.Sprintf("crowd-%d", i), s.self, "crowd")
	if err != nil {
		return err
	}
	s.crowds = append(s.crowds, c)
	plan := &receivers.Plan{Tally: s.lab.Path("tally")}
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
func (s *stage) mart(k, n int) string {
	if k >= n {
		return strconv.Itoa(s.theRoom())
	}
	return strconv.Itoa(1 + k%s.marts)
}

// theRoom is the mart of all who are in one.
func (s *stage) theRoom() int { return 1 + s.marts }

// ask asks all crowds at once, and returns their answers.
func (s *stage) ask(q receivers.Question) ([]receivers.Answer, error) {
	if err := s.tell(q); err != nil {
		return nil, err
	}
	return s.answers()
}

func (s *stage) tell(q receivers.Question) (err error) {
	for _, c := range s.crowds {
		err = errors.Join(err, c.Tell(q))
	}
	return err
}

func (s *stage) answers() (all []receivers.Answer, err error) {
	for _, c := range s.crowds {
		var a receivers.Answer
		err = errors.Join(err, c.Answer(&a))
		all = append(all, a)
	}
	return all, err
}

// connect has all devices connect, each to its server, and returns how long it took, and
// what they heard, or why streams have ended by then.
func (s *stage) connect() (took time.Duration, h heard, err error) {
	for i, c := range s.crowds {
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
func (s *stage) question() publisher.Question {
	q := publisher.Question{Redis: s.redisAt, Topic: topic, Stream: s.by == "stream", Mart: 1, Marts: s.marts, First: s.orders,
		Tally: s.lab.Path("tally"), Bound: bound, PerMart: int64(s.perMart)}
	if q.Stream {
		q.Topic = intake
	}
	if s.redisAt == "" {
		q.HTTP, q.Topic = s.addresses[0], "/pub/"
	}
	return q
}
