package pairing

import (
	"context"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// claims returns c, issued at now. now must be Redis's time, by which tokens are revoked:
// the clock of this server may be wrong.
func (h *Handler) claims(now time.Time, c wire.Claims) wire.Claims {
	c.IssuedAt = now.Unix()
	c.Expires = c.IssuedAt + int64(h.o.TokenLife/time.Second)
	return c
}

// afterRevocation returns now, or the next second if the tokens of the mart were revoked
// earlier in this second. A token has whole seconds only, and a revocation voids what was
// issued in the same second.
func (h *Handler) afterRevocation(now time.Time, mart order.MartID) time.Time {
	if last := h.o.LastRevoked(mart); last.Unix() == now.Unix() && last.Before(now) {
		return now.Add(time.Second)
	}
	return now
}

// issue signs c, and lists its device.
func (h *Handler) issue(ctx context.Context, c wire.Claims) (string, error) {
	token, err := h.o.Sign(c)
	if err == nil {
		err = h.enrol(ctx, c)
	}
	return token, err
}

// enrol lists the device of c under each of its marts: nobody could revoke a token that nobody
// sees.
func (h *Handler) enrol(ctx context.Context, c wire.Claims) error {
	for _, mart := range c.Marts {
		d := wire.Device{ID: c.Subject, Name: c.Name, MartID: mart, PairedAt: time.Unix(c.IssuedAt, 0).UTC()}
		if err := h.o.Registry.Enrol(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
