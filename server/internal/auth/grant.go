package auth

import (
	"context"
	"slices"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Grant is what a request may do, by its verified token. Never change it.
type Grant struct {
	token.Token
	Revoked *revocation.List   // tells whether the token was revoked; nil: it counts as revoked
	Keys    func() *token.Keys // the keys that are valid now; nil: the token needs none
}

// Stands reports whether the token is for a mart, was not revoked there until now, and its keys may
// still sign for the mart. An open stream asks again whenever Revoked or Keys have changed.
func (g *Grant) Stands(mart order.MartID) bool {
	return g.Revoked != nil && g.For(mart) && vouched(g.Keys, g.Signers(), g.Role, mart) && !g.Revoked.Voids(g.Token, mart)
}

// vouched reports whether the keys that signed a token still vouch for it at mart.
func vouched(keys func() *token.Keys, by token.Signers, role wire.Role, mart order.MartID) bool {
	return keys == nil || keys().Vouch(by, role, mart)
}

// Standing returns the token, with only those of its marts where it was not revoked until now.
func (g *Grant) Standing() token.Token {
	t := g.Token
	t.Marts = slices.DeleteFunc(slices.Clone(t.Marts), func(mart order.MartID) bool { return !g.Stands(mart) })
	return t
}

type grantKey struct{}

// With returns a context that has a Grant.
func With(ctx context.Context, g *Grant) context.Context {
	return context.WithValue(ctx, grantKey{}, g)
}

// From returns the Grant of a context, or nil.
func From(ctx context.Context) *Grant {
	g, _ := ctx.Value(grantKey{}).(*Grant)
	return g
}
