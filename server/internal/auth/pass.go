package auth

import (
	"strings"
	"unique"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Pass is what the stream of a device keeps of its Grant: who hears which mart, and what is needed to ask
// whether it still may. Every stream has one as long as it lasts, so it is small. Never change it.
type Pass struct {
	revoked  *revocation.List // nil: the token was not for the mart
	keys     func() *token.Keys
	subject  string
	signers  unique.Handle[token.Signers]
	mart     order.MartID
	issuedAt int64 // seconds since 1970
}

// Pass returns the Pass of g for one mart. If mart is that of a request that passed Require, the
// Pass keeps neither the token nor the request in memory.
func (g *Grant) Pass(mart order.MartID) Pass {
	p := Pass{keys: g.Keys, subject: g.Subject, signers: unique.Make(g.Signers()), mart: mart, issuedAt: g.IssuedAt}
	if g.For(mart) {
		p.revoked = g.Revoked
	}
	return p
}

// Stands returns what Grant.Stands returns for the mart of p, and false for every other mart.
func (p *Pass) Stands(mart order.MartID) bool {
	return p.revoked != nil && mart == p.mart && vouched(p.keys, p.signers.Value(), wire.RoleDevice, mart) &&
		!p.revoked.VoidsAt(p.mart, p.subject, p.signers.Value().Key, p.issuedAt)
}

// Subject returns the ID of the device.
func (p *Pass) Subject() string { return p.subject }

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
