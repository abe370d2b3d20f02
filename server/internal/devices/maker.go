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

// checkMaker returns ErrNoOffer if the token by which o was made is void at its mart now: the person who was
// locked out may have the code.
func (r *Registry) checkMaker(ctx context.Context, o Offer) error {
	if o.Maker == (Maker{}) {
		return nil
	}
	var now revocation.List
	t := o.Maker.token(o.MartID)
	if err := r.Refresh(ctx, &now, t); err != nil {
		return fmt.Errorf("redeem a pairing: %w", err)
	}
	if now.Voids(t, o.MartID) {
		return ErrNoOffer
	}
	return nil
}
