//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"jumun/server/bench/procs"
	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A plan is the same for every way.
type plan struct {
	devices int
	rate    float64       // orders a second
	lasts   time.Duration // how long orders come, and before that none
	gather  time.Duration // at most: how long it takes to connect the devices
	server  string        // the program
}

// orders returns how many orders are published.
func (p plan) orders() int { return int(p.rate * p.lasts.Seconds()) }

// A result is what one way costs, and how well it delivers.
type result struct {
	Way                     string
	Quiet, Busy             cost
	Memory                  int64 // of the server, in bytes a device
	P50, P99                time.Duration
	Lost, Repeated, Strange int
	Broken                  int64 // connections that ended too early
}

// settle is how long a server has after the last device has connected, to finish that work.
const settle = 2 * time.Second

// late is how long an order may take, beyond the period of its way, before it counts as lost.
const late = 5 * time.Second

// measure measures one way with a new Redis and a new server, so that nothing of one way
// burdens the next.
func measure(ctx context.Context, p plan, w way) (r result, err error) {
	g, err := procs.Open()
	if err != nil {
		return result{}, err
	}
	defer g.Close()
	keys := g.Path("keys.json")
	if _, err := token.AddKey(keys, nil, nil, time.Now()); err != nil {
		return result{}, err
	}
	s, err := open(ctx, g, p, w, keys)
	if err != nil {
		return result{}, err
	}
	c := &fleet{plan: p, traffic: &traffic{}, ledger: newLedger(martsOf(p.orders(), p.devices))}
	tokens, err := tokens(keys, p.devices)
	if err != nil {
		return result{}, err
	}
	ctx, leave := context.WithCancel(ctx)
	defer c.wait()
	defer leave()
	return s.try(ctx, c, w, tokens)
}

// A subject is what is measured: a server and its Redis.
type subject struct {
	server, redis *procs.Process
	at, redisAt   string
}

func open(ctx context.Context, g *procs.Group, p plan, w way, keys string) (s subject, err error) {
	if s.redis, s.redisAt, err = g.Redis(ctx); err != nil {
		return s, err
	}
	program := p.server
	if w.own {
		if program, err = os.Executable(); err != nil {
			return s, err
		}
	}
	s.server, s.at, err = g.Server(ctx, program, s.redisAt, keys)
	return s, err
}

// try connects the devices, waits a time without orders, then as long with them.
func (s subject) try(ctx context.Context, c *fleet, w way, tokens []string) (r result, err error) {
	r.Way = w.name
	empty, err := s.server.RSS()
	if err != nil {
		return r, err
	}
	if err := c.connect(ctx, s, w, tokens); err != nil {
		return r, err
	}
	pause(ctx, settle)
	r.Quiet, err = s.during(c, func() error { pause(ctx, c.lasts); return ctx.Err() })
	if err != nil {
		return r, err
	}
	full, err := s.server.RSS()
	if err != nil {
		return r, err
	}
	r.Memory = (full - empty) / int64(c.devices)
	r.Busy, err = s.during(c, func() error { return publish(ctx, s.redisAt, c.ledger.marts, c.lasts) })
	if err != nil {
		return r, err
	}
	c.waitForAll(ctx, w.period+late)
	c.ledger.tell(&r)
	r.Broken = c.traffic.broken.Load()
	return r, s.server.Ended()
}

// tokens returns tokens for n devices, each for its own mart.
func tokens(file string, n int) ([]string, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	keys, err := token.Parse(raw)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	list := make([]string, n)
	for i := range list {
		list[i], err = keys.Sign(wire.Claims{
			Subject: fmt.Sprintf("pc-%d", i+1), Role: wire.RoleDevice, Marts: []order.MartID{mart(i)},
			IssuedAt: now.Unix(), Expires: now.Add(24 * time.Hour).Unix(),
		}, now)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}
