package escalation

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/escalation/webhook"
	"jumun/server/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// settleTime is how long a server that begins to act watches only, if nobody acted for as long: who was cut off,
// perhaps by what has kept all from acting, is coming back.
const settleTime = 15 * time.Second

// Options are what an Escalator needs; all but PolicyFile.
type Options struct {
	Watched
	PolicyFile string // empty: the default policy
	// CountEscalation counts what people are to be told, and CountWebhook an attempt to tell them.
	CountEscalation func(cause string)
	CountWebhook    func(target, outcome string)
	Log             *slog.Logger
}

// An Escalator tells people outside of the stores what the policy says. Of all servers one acts. Make one with New,
// and Run it.
type Escalator struct {
	opts    Options
	policy  atomic.Pointer[Policy]
	lease   lease
	failing rate.Sometimes // a Redis that is away fails every second
	refused refusals
	open    map[order.MartID]openOrders // as they were read last; only the goroutine that acts uses it

	mu       sync.Mutex
	statuses map[order.MartID]wire.MartStatus // while it acts
	wake     map[string]func()                // those who send, by target, while it acts
}

// New returns an Escalator. Its error names the line of the policy file that cannot be used.
func New(o Options) (*Escalator, error) {
	e := &Escalator{opts: o, lease: newLease(o.Orders.Client()), failing: rate.Sometimes{First: 1, Interval: time.Minute}}
	policy := DefaultPolicy()
	if o.PolicyFile != "" {
		var err error
		if policy, err = LoadPolicy(o.PolicyFile); err != nil {
			return nil, err
		}
	}
	e.policy.Store(policy)
	return e, nil
}

// Run acts whenever no other server does, until ctx ends. It always returns nil.
func (e *Escalator) Run(ctx context.Context) error {
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { e.followPolicy(ctx) })
	beside.Go(func() { e.tellRefused(ctx) })
	for ; ctx.Err() == nil; wait.For(ctx, renewEvery) {
		acts, gap, err := e.lease.renew(ctx)
		if err != nil {
			e.fail(ctx, err)
		} else if acts {
			e.opts.Log.Info("this server tells people outside of the stores what nobody answers there")
			e.act(ctx, gap)
		}
	}
	e.lease.release(ctx)
	return nil
}

func (e *Escalator) fail(ctx context.Context, err error) {
	if ctx.Err() == nil {
		e.failing.Do(func() {
			e.opts.Log.Warn("nobody outside of the stores is told of orders that nobody answers, as long as this fails: trying again", "err", err)
		})
	}
}

// act acts until ctx ends, or the lease.
func (e *Escalator) act(ctx context.Context, gap time.Duration) {
	ctx, stop := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { defer stop(); e.keepLease(ctx) })
	defer renewing.Wait()
	defer stop()
	e.forget()
	defer e.forget()
	if p := e.policy.Load(); gap < 0 || gap > settleTime {
		wait.For(ctx, min(settleTime, p.pace()))
	}
	for ctx.Err() == nil {
		e.actBy(ctx, e.policy.Load())
	}
}

// keepLease returns when the lease is lost, or ctx ends.
func (e *Escalator) keepLease(ctx context.Context) {
	for renewed := time.Now(); time.Since(renewed) < leaseFor-renewEvery; {
		if wait.For(ctx, renewEvery); ctx.Err() != nil {
			return
		}
		began := time.Now()
		acts, _, err := e.lease.renew(ctx)
		switch {
		case err != nil:
			e.fail(ctx, err)
		case !acts:
			return
		default:
			renewed = began
		}
	}
}

// forget forgets what only the server that acts knows.
func (e *Escalator) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.statuses, e.wake = make(map[order.MartID]wire.MartStatus), make(map[string]func())
	e.open = make(map[order.MartID]openOrders)
}

// actBy acts by a policy until ctx ends, or there is another policy.
func (e *Escalator) actBy(ctx context.Context, p *Policy) {
	ctx, stop := context.WithCancel(ctx)
	var sending sync.WaitGroup
	defer sending.Wait()
	defer stop()
	for _, t := range p.Targets() {
		d := webhook.NewDeliverer(webhook.NewQueue(e.opts.Orders.Client(), t), e.opts.CountWebhook, e.opts.Log)
		e.mu.Lock()
		e.wake[t.Name] = d.Wake
		e.mu.Unlock()
		sending.Go(func() { d.Run(ctx) })
	}
	rounds := newRounds(p.pace())
	for ctx.Err() == nil && e.policy.Load() == p {
		if err := e.round(ctx, p, rounds); err != nil {
			e.fail(ctx, err)
			wait.For(ctx, renewEvery)
			continue
		}
		wait.For(ctx, rounds.pause(time.Now()))
	}
}

// round looks at the marts that are due.
func (e *Escalator) round(ctx context.Context, p *Policy, r *rounds) error {
	if r.listDue(time.Now()) {
		marts, err := e.allMarts(ctx)
		if err != nil {
			return err
		}
		r.setMarts(marts, time.Now())
		e.keepStatuses(marts)
	}
	for _, some := range r.due(time.Now()) {
		if err := e.lookAt(ctx, p, some, r); err != nil {
			return err
		}
	}
	return nil
}

func (e *Escalator) allMarts(ctx context.Context) (all []order.MartID, err error) {
	for after := order.MartID(""); ; after = all[len(all)-1] {
		some, err := e.opts.Orders.Marts(ctx, after, 1000)
		if err != nil || len(some) == 0 {
			return all, err
		}
		all = append(all, some...)
	}
}

// lookAt looks at marts, does what is to be done, and notes when each is due again.
func (e *Escalator) lookAt(ctx context.Context, p *Policy, marts []order.MartID, r *rounds) error {
	situations, err := e.situations(ctx, marts)
	if err != nil {
		return err
	}
	for _, s := range situations {
		began := time.Now()
		steps, next := p.decide(s)
		failed := e.doAll(ctx, p, s, steps)
		if failed != nil {
			e.fail(ctx, failed) // of this mart: the others are looked at
		}
		e.noteStatus(s.status())
		if err := r.seen(ctx, e.opts.Orders, s, next, began, failed != nil); err != nil {
			return err
		}
	}
	return nil
}

// doAll does what is to be done about a mart, and first what was left undone there.
func (e *Escalator) doAll(ctx context.Context, p *Policy, s situation, steps []step) error {
	for field, ev := range s.told.due {
		if err := e.tellDue(ctx, p, s.mart, field, ev); err != nil {
			return err
		}
	}
	for _, st := range steps {
		if err := e.do(ctx, p, s, st); err != nil {
			return err
		}
	}
	return nil
}

// situations returns all that is known of marts.
func (e *Escalator) situations(ctx context.Context, marts []order.MartID) ([]situation, error) {
	looks, err := e.opts.look(ctx, marts)
	if err != nil {
		return nil, err
	}
	told, err := readTold(ctx, e.opts.Orders.Client(), marts)
	if err != nil {
		return nil, err
	}
	all := make([]situation, len(marts))
	for i, l := range looks {
		all[i] = situation{look: l, now: l.hearing.Now, told: told[i]}
		if err := e.addOrders(ctx, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (e *Escalator) addOrders(ctx context.Context, s *situation) (err error) {
	if s.open, err = e.openOf(ctx, s.look); err != nil {
		return err
	}
	open := make(map[order.ID]bool)
	for _, o := range s.open {
		open[o.ID] = true
	}
	s.ended = make(map[order.ID]order.Event)
	for id, t := range s.told.orders {
		if open[id] || t.Ended > 0 {
			continue
		}
		by, ended, err := e.opts.Orders.Ended(ctx, s.mart, t.Number, id)
		if err != nil {
			return err
		}
		if ended {
			s.ended[id] = by
		}
	}
	return nil
}
