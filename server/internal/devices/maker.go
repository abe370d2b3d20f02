package devices

import (
	"context"
	"fmt"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A Maker is the administrator who made an offer, as far as revocations ask. The zero value is whoever has
// access to Redis, and a server of before this was kept.
type Maker struct {
	Subject string      `json:"sub"`
	Lent    string      `json:"lent,omitempty"` // the kid of the lent key that vouches for the subject
	Key     string      `json:"kid"`            // that signed the token
	Origin  wire.Origin `json:"origin,omitzero"`
	All     bool        `json:"all,omitempty"` // the token is for all marts
}

// MakerOf returns the holder of an administrator's token as a Maker.
func MakerOf(t token.Token) Maker {
	return Maker{Subject: t.Subject, Lent: t.Lent, Key: t.Key, Origin: t.Origin, All: t.For(wire.AnyMart)}
}

// Holder returns the ID of the maker; empty if it is not known.
func (m Maker) Holder() string { return m.token("").Holder() }

// token returns what is known of the maker's token, which was for mart.
func (m Maker) token(mart order.MartID) token.Token {
	if m.All {
		mart = wire.AnyMart
	}
	return token.Token{
		Claims: wire.Claims{Subject: m.Subject, Role: wire.RoleAdmin, Marts: []order.MartID{mart}, Origin: m.Origin},
		Key:    m.Key, Lent: m.Lent,
	}
}

// makerVoid reports whether the token by which m made something for mart is void there now: the person who was
// locked out may have it.
func (r *Registry) makerVoid(ctx context.Context, m Maker, mart order.MartID) (bool, error) {
	if m == (Maker{}) {
		return false, nil
	}
	var now revocation.List
	t := m.token(mart)
	if err := r.Refresh(ctx, &now, t); err != nil {
		return false, fmt.Errorf("look whether an administrator is revoked: %w", err)
	}
	return now.Voids(t, mart), nil
}
