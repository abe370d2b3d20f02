package escalation

import (
	"context"
	"fmt"
	"sync"
	"time"

	"jumun/server/internal/wait"
)

// maxRefusals is how many kinds of refusals wait to be told: there are fewer ways and reasons.
const maxRefusals = 100

// A refusal is that something came by a way, and was no order for a reason.
type refusal struct{ way, reason string }

// refusals are those that nobody was told of yet. The zero value is ready.
type refusals struct {
	mu      sync.Mutex
	waiting map[refusal]bool
}

// Refused notes that something that came by a way was no order, for a wire.Reason…. It never blocks.
func (e *Escalator) Refused(way, reason string) {
	e.refused.mu.Lock()
	defer e.refused.mu.Unlock()
	if e.refused.waiting == nil {
		e.refused.waiting = make(map[refusal]bool)
	}
	if len(e.refused.waiting) < maxRefusals {
		e.refused.waiting[refusal{way, reason}] = true
	}
}

func (r *refusals) take() map[refusal]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.waiting
	r.waiting = nil
	return taken
}

// tellRefused tells of refusals, of each kind once in a while over all servers: each names the same while, so that
// it has one ID.
func (e *Escalator) tellRefused(ctx context.Context) {
	told := make(map[refusal]int64) // in which while
	for ctx.Err() == nil {
		wait.For(ctx, time.Second)
		policy := e.policy.Load()
		for r := range e.refused.take() {
			while := time.Now().UnixMilli() / policy.general.times.Refused.Milliseconds()
			if told[r] == while {
				continue
			}
			if err := e.tellOne(ctx, policy, r, while); err != nil {
				e.fail(ctx, err)
				e.Refused(r.way, r.reason)
				continue
			}
			told[r] = while
		}
	}
}

func (e *Escalator) tellOne(ctx context.Context, p *Policy, r refusal, while int64) error {
	ev := event{Type: Refused, Timestamp: time.Now().UTC(), occurrence: fmt.Sprintf("%s %s %d", r.way, r.reason, while), Data: data{Way: r.way, Reason: r.reason}}
	to, added, err := e.enqueue(ctx, p, ev)
	if err == nil && (added || to == 0) {
		e.opts.CountEscalation(string(Refused))
		e.log(ev, to)
	}
	return err
}
