package auth

import (
	"strings"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Pass is what the stream of a device keeps of its Grant: who hears which mart, and what is needed to ask
// whether it still may. Every stream has one as long as it lasts, so it is small. Never change it.
type Pass struct {
	revoked *revocation.List // nil: the token was not for the mart
	keys    func() *token.Keys
	line    revocation.Line
	mart    order.MartID
}

// Pass returns the Pass of g for one mart. If mart is that of a request that passed Require, the
// Pass keeps neither the token nor the request in memory.
func (g *Grant) Pass(mart order.MartID) Pass {
	p := Pass{keys: g.Keys, line: revocation.LineOf(g.Token), mart: mart}
	if g.For(mart) {
		p.revoked = g.Revoked
	}
	return p
}

// Stands returns what Grant.Stands returns for the mart of p, and false for every other mart.
func (p *Pass) Stands(mart order.MartID) bool {
	return p.revoked != nil && mart == p.mart && vouched(p.keys, p.line.Signers.Value(), wire.RoleDevice, mart) &&
		!p.revoked.VoidsAt(p.mart, p.line)
}

// Holder returns the ID of the device.
func (p *Pass) Holder() string { return p.line.Holder }

// Mart returns the mart that p is for.
func (p *Pass) Mart() order.MartID { return p.mart }

// ownMart returns mart, which the token of g is for, as a string that keeps nothing else in memory:
// a string from a path keeps the whole request.
func (g *Grant) ownMart(mart order.MartID) order.MartID {
	for _, own := range g.Marts {
		if own == mart {
			return own
		}
	}
	return order.MartID(strings.Clone(string(mart)))
}
