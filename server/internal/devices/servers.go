package devices

import (
	"context"
	"slices"
	"strings"

	"jumun/shared/wire"
)

// Servers returns the servers that live, and those that have ended without a word in the last day.
func (r *Registry) Servers(ctx context.Context) ([]wire.Server, error) {
	pods, err := r.pods(ctx, "", false)
	servers := make([]wire.Server, 0, len(pods.heard))
	for name, at := range pods.heard {
		servers = append(servers, wire.Server{ID: name, Lives: pods.have(name), SeenAt: at.UTC()})
	}
	slices.SortFunc(servers, func(a, b wire.Server) int { return strings.Compare(a.ID, b.ID) })
	return servers, err
}
