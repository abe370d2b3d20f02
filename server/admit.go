package main

import (
	"context"
	"errors"
	"time"

	"jumun/server/access"
	"jumun/server/access/pairing"
	"jumun/server/access/token"
	"jumun/server/roster"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// admit wires who may do what.
func (p *pod) admit(c *serveCommand, keys func() *token.Keys, devices *roster.Roster, m *metrics) {
	trusted, _ := access.ParseTrusted(c.TrustedProxies) // it was checked with the command line
	addresses := access.NewAddresses(trusted, p.log)
	revoked := &access.Revoked{}
	p.devices = devices
	p.gate = access.NewGate(access.Options{
		Keys: keys, Revoked: revoked, Addresses: addresses, StreamsPerAddress: c.StreamsPerAddress, PublishRate: c.PublishRate,
		Refused: m.countRefused, Log: p.log,
	})
	p.presence = newPresence(devices, p.log)
	p.hints = p.orders.Topic(roster.HintTopic)
	p.revocations = &revocations{known: revoked, roster: devices, hub: p.hub, log: p.log, hints: make(chan struct{}, 1), anyway: readAnyway}
	p.pairings = pairing.New(pairing.Options{
		Sign:  func(c wire.Claims) (string, error) { return keys().Without(revoked.VoidsKey).Sign(c, time.Now()) },
		Offer: devices.Offer, Redeem: redeem(devices), Now: devices.Now, Enrol: devices.Enrol, Devices: devices.Devices, Revoke: devices.Revoke,
		Holder: func(ctx context.Context) wire.Claims { return access.From(ctx).Standing() },
		Stands: p.revocations.stands, Whole: p.revocations.whole, LastRevoked: revoked.Last, Address: addresses.Of, Life: c.TokenLife, Count: m.countPairing, Log: p.log,
	})
}

func redeem(devices *roster.Roster) func(context.Context, string) (wire.Pairing, time.Time, error) {
	return func(ctx context.Context, key string) (wire.Pairing, time.Time, error) {
		p, now, err := devices.Redeem(ctx, key)
		if errors.Is(err, roster.ErrNoOffer) {
			err = pairing.ErrNoOffer
		}
		return p, now, err
	}
}

// mayPublish says whether the token of a request is for a mart.
func mayPublish(ctx context.Context, mart order.MartID) bool {
	return access.From(ctx).Stands(mart)
}
