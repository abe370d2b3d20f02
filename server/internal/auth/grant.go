package auth

import (
	"context"
	"slices"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Grant is what a request may do: its token was checked. Never change it.
type Grant struct {
	token.Token
	Revoked *revocation.List // what is asked whether it still stands; without it nothing does
}

// Stands says whether the token is for a mart, and was not revoked there until now. A
// stream that is open asks again whenever Revoked has learnt something.
func (g *Grant) Stands(mart order.MartID) bool {
	return g.Revoked != nil && g.For(mart) && !g.Revoked.Voids(g.Token, mart)
}

// Whole says whether nothing that the token is good for was revoked until now. Only then
// may another be made of it: the new one is issued after the revocation, and would be
// good again where the old one is not.
func (g *Grant) Whole() bool { return g.Revoked != nil && !g.Revoked.VoidsAny(g.Token) }

// Standing is what the token says, with those of its marts alone at which nothing of it
// was revoked until now.
func (g *Grant) Standing() wire.Claims {
	c := g.Claims
	c.Marts = slices.DeleteFunc(slices.Clone(c.Marts), func(mart order.MartID) bool { return !g.Stands(mart) })
	return c
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
