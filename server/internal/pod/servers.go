package pod

import (
	"context"
	"net/http"

	"jumun/shared/wire"
)

// showServers serves wire.ServersPath: how the servers and Redis are, and what was refused.
func (p *Pod) showServers(w http.ResponseWriter, r *http.Request) {
	p.answer(w, r, "the state of the servers", func(ctx context.Context) (any, error) {
		state := wire.Servers{Version: p.opts.Version, Degraded: append([]string{}, p.degraded()...), Refused: []wire.Refusal{}}
		if err := p.follower.Ready(); err != nil {
			state.Redis = err.Error()
		}
		var err error
		if state.Servers, err = p.opts.Devices.Servers(ctx); err != nil {
			return nil, err
		}
		last, err := p.refusals.Last(ctx)
		state.Refused = append(state.Refused, last...)
		return state, err
	})
}
