package pod

import (
	"cmp"
	"context"
	"net/http"

	"jumun/shared/wire"
)

// showServers serves wire.ServersPath: how the servers and Redis are, and what was refused.
func (p *Pod) showServers(w http.ResponseWriter, r *http.Request) {
	p.answer(w, r, "the state of the servers", func(ctx context.Context) (any, error) {
		state := wire.Servers{Version: p.opts.Version, Degraded: append([]string{}, p.degraded()...), Refused: []wire.Refusal{}}
		servers, err := p.opts.Devices.Servers(ctx)
		state.Servers = append([]wire.Server{}, servers...)
		last, lastErr := p.refusals.Last(ctx)
		state.Refused = append(state.Refused, last...)
		if err := cmp.Or(p.follower.Ready(), err, lastErr); err != nil { // that Redis is away is what somebody looks for here
			state.Redis = err.Error()
		}
		return state, nil
	})
}
