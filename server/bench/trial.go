//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"jumun/server/bench/procs"
	"jumun/server/bench/publisher"
	"jumun/server/bench/receivers"
	"jumun/server/bench/stats"
)

// A Sample is the result of one run of one system with so many streams. CPU is in µs of one
// core, memory in bytes, each for one stream or one delivered order. Idle is in % of a core.
type Sample struct {
	System  string
	Streams int
	Run     int

	AcceptRate             float64 // streams a second
	AcceptCPU, AcceptRedis float64
	RSS, Kernel            float64
	EvenCPU, EvenRedis     float64 // of the even load
	Delay                  stats.Quantiles
	FullRate               float64 // orders a second, as fast as they arrive
	FullCPU, FullRedis     float64
	FullScript             float64 // of FullRedis: the script that records an order
	Delivered              int64
	Lost, Repeated, Ended  int64   // Ended: streams that ended by themselves
	Watched                float64 // seconds without orders; 0: this run did not measure that
	Idle, IdleRedis        float64
	CrowdAccept, CrowdHear float64 // CPU of the devices themselves
	ShopEven               float64 // CPU of the publisher, for an order
}

// A meter is what was used up to a moment.
type meter struct {
	server, redis, receivers, publisher time.Duration
	scripts                             int64         // scripts that Redis has run
	script                              time.Duration // processor time of Redis that they took
}

func (s *setup) meter() (m meter, err error) {
	m.server, m.redis, err = s.cpu()
	for _, c := range s.receivers {
		used, failed := c.CPU()
		m.receivers, err = m.receivers+used, errors.Join(err, failed)
	}
	used, failed := s.publisher.CPU()
	m.publisher = used
	if s.redisAt != "" {
		runs, took, failed := scripted(s.redisAt)
		m.scripts, m.script, err = int64(runs), time.Duration(took)*time.Microsecond, errors.Join(err, failed)
	}
	return m, errors.Join(err, failed)
}

func (m meter) since(before meter) meter {
	return meter{m.server - before.server, m.redis - before.redis, m.receivers - before.receivers, m.publisher - before.publisher, m.scripts - before.scripts, m.script - before.script}
}

// each returns µs for each of n.
func each(d time.Duration, n int64) float64 {
	return float64(d.Nanoseconds()) / 1000 / float64(max(n, 1))
}

// trial runs one system once.
func trial(ctx context.Context, o options, name string, streams, run int, idle time.Duration) (sample Sample, err error) {
	g, err := procs.Open()
	if err != nil {
		return sample, err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	s, err := open(ctx, g, o, startOf(name), streams, 0)
	if err != nil {
		return sample, err
	}
	sample = Sample{System: name, Streams: streams, Run: run}
	for _, part := range []func(context.Context, *Sample) error{s.accept, s.gather, s.even, s.full} {
		if err := part(ctx, &sample); err != nil {
			return sample, err
		}
	}
	if idle > 0 {
		err = s.doNothing(ctx, &sample, idle)
	}
	return sample, err
}

// accept connects all devices. What the server does for them in the quiet time afterwards
// counts, too.
func (s *setup) accept(ctx context.Context, sample *Sample) error {
	kernel, err := procs.ReadKernel()
	rss, err2 := s.rss()
	before, err3 := s.meter()
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	took, h, err := s.connect()
	if err != nil {
		return err
	}
	if err := pause(ctx, s.settle); err != nil {
		return err
	}
	used, err := s.meter()
	used = used.since(before)
	kernel2, err2 := procs.ReadKernel()
	rss2, err3 := s.rss()
	n := float64(sample.Streams)
	sample.count(h)
	s.complain(h)
	sample.AcceptRate = n / took.Seconds()
	sample.AcceptCPU, sample.AcceptRedis = each(used.server, int64(n)), each(used.redis, int64(n))
	sample.CrowdAccept = each(used.receivers, int64(n))
	sample.RSS = float64(rss2-rss) / n
	// Both ends of every connection are in this kernel.
	sample.Kernel = float64(kernel2.Slab+kernel2.Sockets-kernel.Slab-kernel.Sockets) / n / 2
	return errors.Join(err, err2, err3)
}

// gather reconnects the devices whose streams have ended meanwhile: real devices would not
// wait for an order either.
func (s *setup) gather(_ context.Context, sample *Sample) error {
	answers, err := s.ask(receivers.Question{Hear: &receivers.Hear{Timeout: timeout, Return: true}})
	if err != nil {
		return err
	}
	h := add(answers, 0)
	sample.count(h)
	s.complain(h)
	return nil
}

// even publishes at a steady rate.
func (s *setup) even(_ context.Context, sample *Sample) error {
	q := s.question()
	q.Rate, q.Orders = s.rate, int64(s.rate*s.seconds.Seconds())
	heard, used, _, err := s.load(q)
	sample.count(heard)
	sample.Delay = heard.Delays
	sample.EvenCPU, sample.EvenRedis = each(used.server, heard.Fresh), each(used.redis, heard.Fresh)
	sample.CrowdHear, sample.ShopEven = each(used.receivers, heard.Fresh), each(used.publisher, heard.Fresh)
	return err
}

// full publishes as fast as orders arrive.
func (s *setup) full(_ context.Context, sample *Sample) error {
	q := s.question()
	q.For = s.seconds / 2
	heard, used, published, err := s.load(q)
	sample.count(heard)
	sample.FullRate = float64(published.Orders) / max(published.Took.Seconds(), 1e-9)
	sample.FullCPU, sample.FullRedis = each(used.server, heard.Fresh), each(used.redis, heard.Fresh)
	sample.FullScript = each(used.script, used.scripts)
	return err
}

// heard is what all receivers got in one load.
type heard struct {
	receivers.Heard
	lost, ended int64
	why         []map[string]int // streams ended, by process of receivers
}

func (sample *Sample) count(h heard) {
	sample.Delivered += h.Fresh
	sample.Lost, sample.Repeated, sample.Ended = sample.Lost+h.lost, sample.Repeated+h.Repeated, sample.Ended+h.ended
}

// load publishes, and waits until every order has arrived or counts as lost.
func (s *setup) load(q publisher.Question) (h heard, used meter, published publisher.Answer, err error) {
	before, err := s.meter()
	if err != nil {
		return h, used, published, err
	}
	h, published, err = s.publish(q)
	if err != nil {
		return h, used, published, err
	}
	used, err = s.meter()
	return h, used.since(before), published, err
}

func (s *setup) publish(q publisher.Question) (h heard, published publisher.Answer, err error) {
	s.counter.Wanted.Store(-1)
	already := s.counter.Arrived.Load()
	if err := s.tell(receivers.Question{Hear: &receivers.Hear{Timeout: timeout, Return: true}}); err != nil {
		return h, published, err
	}
	if err := s.publisher.Ask(q, &published); err != nil {
		return h, published, err
	}
	s.orders += published.Orders
	wanted := published.Orders * int64(s.perMart)
	s.counter.Wanted.Store(already + wanted)
	answers, err := s.answers()
	if err != nil {
		return h, published, err
	}
	h = add(answers, 0)
	h.lost = wanted - h.Fresh
	s.complain(h)
	return h, published, nil
}

// complain prints at once what the table cannot tell: the reasons.
func (s *setup) complain(h heard) {
	if h.lost <= 0 && h.ended == 0 { // less than 0: orders that were late before have arrived
		return
	}
	fmt.Fprintf(os.Stderr, "%d deliveries lost, %d streams ended: %v\n", h.lost, h.ended, h.why)
	for _, p := range s.pods {
		fmt.Fprintf(os.Stderr, "%s said: %s\n", p.Name, p.Said())
	}
}

// add adds what the receivers of a group got. The delays are those of the process that got
// most: percentiles cannot be added, and the processes are alike.
func add(answers []receivers.Answer, group int) (h heard) {
	for _, a := range answers {
		one := a.Heard[group]
		h.Fresh, h.Repeated, h.ended = h.Fresh+one.Fresh, h.Repeated+one.Repeated, h.ended+int64(a.Gone)
		h.why = append(h.why, a.Why)
		if one.Delays.Count > h.Delays.Count {
			h.Delays, h.Spread = one.Delays, one.Spread
		}
	}
	return h
}

// doNothing measures what all streams cost while there are no orders.
func (s *setup) doNothing(ctx context.Context, sample *Sample, long time.Duration) error {
	before, err := s.meter()
	if err != nil {
		return err
	}
	started := time.Now()
	if err := pause(ctx, long); err != nil {
		return err
	}
	used, err := s.meter()
	used = used.since(before)
	took := time.Since(started)
	sample.Watched = took.Seconds()
	sample.Idle = 100 * used.server.Seconds() / took.Seconds()
	sample.IdleRedis = 100 * used.redis.Seconds() / took.Seconds()
	return err
}

func pause(ctx context.Context, long time.Duration) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("asked to stop: %w", context.Cause(ctx))
	case <-time.After(long):
		return nil
	}
}
