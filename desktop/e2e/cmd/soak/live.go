//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// live runs everything while faults happen, and then waits until all that was recorded has
// arrived. An error means that it did not begin.
func (r *run) live(ctx context.Context) error {
	if err := r.fleet.start(); err != nil {
		return err
	}
	if err := r.fleet.untilConnected(ctx); err != nil {
		return err
	}
	r.report.say("every device is connected")
	trouble, stop := context.WithTimeout(ctx, r.length)
	defer stop()
	published, give := context.WithTimeout(ctx, r.length+converge/2)
	defer give()
	var wg sync.WaitGroup
	wg.Go(func() { r.publishers.run(published, trouble, r.rate) })
	faults := kinds
	if r.outbox != nil {
		faults = outboxKinds
		wg.Go(func() { r.report.fail("shop", r.outbox.run(trouble, r.publishers)) })
	}
	wg.Go(func() { r.inject(trouble, plan(r.seed, r.length, pods, faults), r.seed) })
	a := &attacker{marts: marts, redis: &caller{addr: r.redis.addr()}, report: r.report, started: time.Now()}
	wg.Go(func() { a.run(trouble) })
	wg.Wait()
	back, giveUp := context.WithTimeout(ctx, converge/2)
	defer giveUp()
	r.report.fail("pods come back", r.cluster.untilReady(back))
	r.converge(ctx)
	return nil
}

// converge waits until every device has its mart's whole log, and every confirmation is sent.
// A device whose server hung takes up to 15 s to connect again.
func (r *run) converge(ctx context.Context) {
	began := time.Now()
	for ctx.Err() == nil {
		unsent := r.fleet.unsent()
		err := r.read(ctx)
		absent, lacking := r.absent(), r.fleet.missing(r.ledgers)
		unsent += r.fleet.unsent() // a confirmation may have moved meanwhile
		if err == nil && absent+lacking+unsent == 0 {
			r.report.say("everything has arrived, %v after the trouble", time.Since(began).Round(10*time.Millisecond))
			pause(ctx, settle)
			return
		}
		if time.Since(began) > converge {
			r.report.fail("not everything arrived", errors.Join(err,
				fmt.Errorf("within %v: logs lack %d accepted orders, devices lack %d events of the logs, and %d confirmations are not sent", converge, absent, lacking, unsent)))
			return
		}
		pause(ctx, 500*time.Millisecond)
	}
}

func (r *run) read(ctx context.Context) error {
	for _, l := range r.ledgers {
		if err := l.read(ctx, r.redis.client); err != nil {
			return err
		}
	}
	return nil
}

// absent counts the accepted orders that are not in the logs.
func (r *run) absent() (n int) {
	r.publishers.mu.Lock()
	defer r.publishers.mu.Unlock()
	for m, l := range r.ledgers {
		fates, _ := l.fates()
		n += len(kept(m, fates, r.publishers.accepted))
	}
	return n
}

// judge reads the logs for the last time and compares everything with them.
func (r *run) judge(ctx context.Context) {
	r.report.fail("read the logs", r.read(ctx))
	heard := r.fleet.heard()
	r.report.violated(prove(r.ledgers, r.publishers.accepted, heard)...)
	r.count(ctx, heard)
}

// count counts what was recorded and delivered, and adds the metrics of the pods.
func (r *run) count(ctx context.Context, heard []heard) {
	for _, l := range r.ledgers {
		for _, e := range l.entries {
			r.report.count("recorded: "+string(e.kind), 1)
		}
	}
	for _, d := range r.fleet.devices {
		r.report.count("devices: connects", d.listener.connects)
		r.report.count("devices: told of orders", d.listener.placed)
		r.report.count("devices: told of orders that they knew", d.listener.repeats)
	}
	for _, h := range heard {
		r.report.count("devices: alarms", len(h.alarms))
		r.report.count("devices: told of a gap", h.gaps)
	}
	for _, p := range r.cluster.pods {
		m, err := p.metrics(ctx)
		r.report.fail("metrics", err)
		for name, value := range m {
			if strings.HasPrefix(name, "jumun_") {
				r.report.count("pods, since their last start: "+name, int(value))
			}
		}
	}
}

// keep copies the logs in dir to a directory that outlives the run.
func keep(dir string) string {
	to, err := os.MkdirTemp("", "jumun-soak")
	if err != nil {
		return err.Error()
	}
	logs, _ := filepath.Glob(filepath.Join(dir, "*.log")) // the pattern is well-formed
	for _, path := range logs {
		if raw, err := os.ReadFile(path); err == nil {
			_ = os.WriteFile(filepath.Join(to, filepath.Base(path)), raw, 0o600) // only a help: the result does not need it
		}
	}
	return to
}
