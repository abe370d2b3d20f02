//go:build linux

package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// targets is everything that a fault can hit.
type targets struct {
	redis   *redis
	cluster *cluster
	fleet   *fleet
	outbox  *outbox // nil: there is none
	report  *report
	redisMu sync.Mutex // held while Redis is down
}

// inject starts every fault at its time until ctx ends, and returns once all of them are
// healed.
func (w *targets) inject(ctx context.Context, faults []fault, seed uint64) {
	var wg sync.WaitGroup
	defer w.heal()
	defer wg.Wait()
	started := time.Now()
	for i, f := range faults {
		pause(ctx, time.Until(started.Add(f.at)))
		if ctx.Err() != nil {
			return
		}
		w.report.say("%v", f)
		w.report.count("fault: "+string(f.kind), 1)
		random := rand.New(rand.NewPCG(seed, uint64(i)+1))
		wg.Go(func() { w.report.fail(string(f.kind), w.strike(ctx, f, random)) })
	}
	<-ctx.Done()
}

// strike starts one fault, and heals it after its time, or when ctx ends.
func (w *targets) strike(ctx context.Context, f fault, random *rand.Rand) error {
	switch f.kind {
	case podKill, podDrain:
		took, err := w.cluster.pods[f.pod].away(ctx, f.kind == podKill, f.lasts)
		w.report.most("pods: longest stop, in ms", int(took.Milliseconds()))
		return err
	case redisStop, redisKill:
		w.redisMu.Lock()
		defer w.redisMu.Unlock()
		return w.redis.away(ctx, f.kind == redisKill, f.lasts)
	case clientsCut:
		w.cut(w.cluster.balancer.some(-1, f.share, random))
	case redisCut:
		w.cut(w.cluster.pods[f.pod].redis.some(0, 1, random))
	case clientsHalf:
		w.halfOpen(ctx, w.cluster.balancer, f.pod, f)
	case redisHalf:
		w.halfOpen(ctx, w.cluster.pods[f.pod].redis, 0, f)
	case slowReaders:
		w.slow(ctx, f, random)
	case relayKill:
		return w.outbox.killRelay(ctx, f.lasts, random)
	case shopKill:
		return w.outbox.killShop(ctx, f.lasts)
	case devicesRestart:
		return w.fleet.restart(f.share, random)
	}
	return nil
}

func (w *targets) cut(links []*link) {
	for _, l := range links {
		l.cut()
	}
	w.report.count("connections cut", len(links))
}

func (w *targets) halfOpen(ctx context.Context, p *proxy, to int, f fault) {
	p.halfOpen(to, true)
	pause(ctx, f.lasts)
	p.halfOpen(to, false)
	if f.reset {
		w.report.count("half-open connections reset in the end", p.cutMuted())
	}
}

func (w *targets) slow(ctx context.Context, f fault, random *rand.Rand) {
	links := w.cluster.balancer.some(-1, f.share, random)
	for _, l := range links {
		l.rate.Store(f.rate)
	}
	w.report.count("connections slowed", len(links))
	pause(ctx, f.lasts)
	for _, l := range links {
		l.rate.Store(0)
	}
}

// heal repairs what faults would leave broken.
func (w *targets) heal() {
	w.cluster.balancer.cutMuted()
	for _, p := range w.cluster.pods {
		p.redis.cutMuted()
	}
}
