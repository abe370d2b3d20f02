package pairing

import (
	"context"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// claims returns c, issued at now, which may be renewed for ever. now must be Redis's time, by which tokens
// are revoked: the clock of this server may be wrong.
func (h *Handler) claims(now time.Time, c wire.Claims) wire.Claims {
	c.IssuedAt = now.Unix()
	c.Expires = c.IssuedAt + h.life()
	c.Renew = wire.Forever
	return c
}

// life returns how long a token lives, in seconds.
func (h *Handler) life() int64 { return int64(h.o.TokenLife / time.Second) }

// afterRevocation returns now, or the next second if the tokens of the mart were revoked
// earlier in this second. A token has whole seconds only, and a revocation voids what was
// issued in the same second.
func (h *Handler) afterRevocation(now time.Time, mart order.MartID) time.Time {
	if last := h.o.LastRevoked(mart); last.Unix() == now.Unix() && last.Before(now) {
		return now.Add(time.Second)
	}
	return now
}

// enrol lists the device of t under each of its marts: nobody could revoke a token that nobody sees.
// pairedBy is empty if t is renewed.
func (h *Handler) enrol(ctx context.Context, t token.Token, pairedBy string) error {
	_, began := t.First()
	for _, mart := range t.Marts {
		d := wire.Device{ID: t.Holder(), Name: t.Name, MartID: mart, PairedAt: time.Unix(began, 0).UTC(), Key: t.Key, EndsAt: t.ExpiresAt(), PairedBy: pairedBy, Roams: t.Roams}
		if err := h.o.Registry.Enrol(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
