//go:build linux

package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A fleet is the devices of a run.
type fleet struct {
	plan
	traffic *traffic
	ledger  *ledger
	group   sync.WaitGroup
}

// connect connects one device a mart, spread over the period of the way, and returns when
// all are connected. They leave when ctx ends; then wait returns.
func (c *fleet) connect(ctx context.Context, s subject, w way, tokens []string) error {
	transport := &http.Transport{DialContext: c.traffic.dial}
	context.AfterFunc(ctx, transport.CloseIdleConnections)
	spread, all := min(w.period, c.gather), make(chan struct{})
	var missing atomic.Int64
	missing.Store(int64(c.devices))
	here := func() {
		if missing.Add(-1) == 0 {
			close(all)
		}
	}
	for i := range c.devices {
		d := &device{
			mart: mart(i), token: tokens[i], address: s.at, sockets: &http.Client{Transport: transport},
			traffic: c.traffic, ledger: c.ledger, here: sync.OnceFunc(here),
		}
		c.group.Go(func() {
			pause(ctx, turn(i, c.devices, spread))
			d.run(ctx, w.receive)
		})
	}
	select {
	case <-all:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(spread + time.Minute):
		return fmt.Errorf("not all devices could connect by %s", w.name)
	}
}

func (c *fleet) wait() { c.group.Wait() }

// waitForAll returns when every order was received, or after a time.
func (c *fleet) waitForAll(ctx context.Context, within time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	select {
	case <-c.ledger.all:
	case <-ctx.Done():
	}
}
