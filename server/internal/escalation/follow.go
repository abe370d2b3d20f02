package escalation

import (
	"bytes"
	"context"
	"path/filepath"
	"time"

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
	said := ""
	for ctx.Err() == nil {
		wait.For(ctx, policyEvery)
		body, err := readPolicy(e.opts.PolicyFile)
		if err == nil && bytes.Equal(body, last) {
			continue
		}
		var p *Policy
		if err == nil {
			last = body
			p, err = parsePolicy(body, filepath.Dir(e.opts.PolicyFile))
		}
		if err != nil {
			if said != err.Error() { // once
				said = err.Error()
				e.opts.Log.Error("the policy of escalation cannot be used: the one of before stays in force", "file", e.opts.PolicyFile, "err", err)
			}
			continue
		}
		said = ""
		e.policy.Store(p)
		e.opts.Log.Info("the policy of escalation has changed", "file", e.opts.PolicyFile, "targets", len(p.targets))
	}
}
