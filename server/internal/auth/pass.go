package auth

import (
	"strings"

	"jumun/server/internal/revocation"
	"jumun/shared/order"
)

// A Pass is what a stream keeps of its Grant: who hears which mart, and what is needed to
// ask whether it still may. There is one for as long as a stream lives, so it is small.
// Never change it.
type Pass struct {
	revoked  *revocation.List // nil: the token was not for the mart
	subject  string
	key      string
	mart     order.MartID
	issuedAt int64 // seconds since 1970
}

// Pass is what is kept of g for one mart. It keeps neither the token nor the request in
// memory, if Require has let it in.
func (g *Grant) Pass(mart order.MartID) *Pass {
	p := &Pass{subject: g.Subject, key: g.Key, mart: mart, issuedAt: g.IssuedAt}
	if g.For(mart) {
		p.revoked = g.Revoked
	}
	return p
}

// Stands says of the mart it was made for what Grant.Stands says, and of others no.
func (p *Pass) Stands(mart order.MartID) bool {
	return p.revoked != nil && mart == p.mart && !p.revoked.VoidsAt(p.mart, p.subject, p.key, p.issuedAt)
}

// Subject is whose it is.
func (p *Pass) Subject() string { return p.subject }

// Mart is the one it was made for.
func (p *Pass) Mart() order.MartID { return p.mart }

// ownMart is a mart that the token of g is for as a text that keeps nothing else in
// memory: what stands in a path keeps the whole request.
func (g *Grant) ownMart(mart order.MartID) order.MartID {
	for _, own := range g.Marts {
		if own == mart {
			return own
		}
	}
	return order.MartID(strings.Clone(string(mart)))
}
