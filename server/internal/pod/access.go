package pod

import (
	"context"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// wireAccess wires who may do what.
func (p *Pod) wireAccess(m *metrics) {
	o, registry := p.opts, p.opts.Devices
	revoked := &auth.Revoked{}
	p.gate = auth.NewGate(auth.Options{
		Keys: o.Keys, Revoked: revoked, ClientIP: o.ClientIP, StreamsPerAddress: o.StreamsPerAddress, PublishRate: o.PublishRate,
		Refused: m.countRefused, Log: p.log,
	})
	p.presence = newPresence(registry, p.log)
	p.hints = p.follower.Topic(devices.HintTopic)
	p.revocations = &revocations{known: revoked, roster: registry, hub: p.hub, log: p.log, hints: make(chan struct{}, 1), anyway: readAnyway}
	p.pairings = pairing.New(pairing.Options{
		Registry: registry,
		Sign:     func(c wire.Claims) (string, error) { return o.Keys().Without(revoked.VoidsKey).Sign(c, time.Now()) },
		Holder:   func(ctx context.Context) wire.Claims { return auth.From(ctx).Standing() },
		ValidAt:  p.revocations.stands, Valid: p.revocations.whole, LastRevoked: revoked.Last, ClientIP: o.ClientIP.Of, TokenLife: o.TokenLife, Count: m.countPairing, Log: p.log,
	})
}

// mayPublish says whether the token of a request is for a mart.
func mayPublish(ctx context.Context, mart order.MartID) bool {
	return auth.From(ctx).Stands(mart)
}
