package escalation

import (
	"bytes"
	"context"
	"path/filepath"
	"time"

	"jumun/server/internal/escalation/webhook"
	"jumun/server/internal/wait"
)

// policyEvery is how often the policy file is read, to see whether it has changed.
const policyEvery = 2 * time.Second

// followPolicy takes up the policy file when it changes. A mistake in it is logged, and the policy of before stays.
func (e *Escalator) followPolicy(ctx context.Context) {
	if e.opts.PolicyFile == "" {
		return
	}
	last, _ := readPolicy(e.opts.PolicyFile)
	read := e.policy.Load()
	said := ""
	for ctx.Err() == nil {
		wait.For(ctx, policyEvery)
		body, err := readPolicy(e.opts.PolicyFile)
		if err == nil && bytes.Equal(body, last) && !read.secretsChanged() {
			continue
		}
		var p *Policy
		if err == nil { // also again, while a file that the policy names is not there yet
			p, err = parsePolicy(body, filepath.Dir(e.opts.PolicyFile))
		}
		if err != nil {
			if said != err.Error() { // once
				said = err.Error()
				e.opts.Log.Error("the policy of escalation cannot be used: the one of before stays in force", "file", e.opts.PolicyFile, "err", err)
			}
			continue
		}
		last, read, said = body, p, ""
		before := e.policy.Swap(p)
		e.opts.Log.Info("the policy of escalation has changed", "file", e.opts.PolicyFile, "targets", len(p.targets))
		e.warnOfLost(ctx, before, p)
	}
}

// secretsChanged reports whether a file of secrets is another one than was read. One that is gone may come back.
func (p *Policy) secretsChanged() bool {
	for path, was := range p.secrets {
		if is, err := readPolicy(path); err == nil && !bytes.Equal(is, was) {
			return true
		}
	}
	return false
}

// warnOfLost logs what waits for targets that are in the policy no more: it is told to nobody, unless they come back.
func (e *Escalator) warnOfLost(ctx context.Context, before, now *Policy) {
	for _, t := range before.Targets() {
		if _, stays := now.Target(t.Name); stays {
			continue
		}
		if s, err := webhook.NewQueue(e.opts.Orders.Client(), t).Status(ctx); err == nil && s.Waiting > 0 {
			e.opts.Log.Warn("a target has left the policy, and messages wait for it: a target of its name would get them", "target", t.Name, "waiting", s.Waiting)
		}
	}
}
