package pairing

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// Pair serves wire.PairPath: a code for a token. Whatever is wrong with a code, or if there
// is no such mart, the same is done and the same is answered: nobody learns which marts
// there are, or that a code was good. Who has failed often waits, with the right code too.
func (h *Handler) Pair(w http.ResponseWriter, r *http.Request) {
	asked, ok := read(w, r, wire.ParsePairRequest)
	if !ok {
		return
	}
	from := h.o.Address(r)
	if wait := h.attempts.take(from, time.Now()); wait > 0 {
		h.throttled(w, wait)
		return
	}
	key, err := h.kdf.key(r.Context(), asked.Code, asked.MartID)
	switch {
	case errors.Is(err, errFull):
		h.attempts.pardon(from)
		h.throttled(w, time.Second)
	case err != nil: // whoever asked is gone, and has made an attempt
		h.fail(w, "computing a key", err)
	default:
		h.redeem(w, r, from, asked, key)
	}
}

func (h *Handler) redeem(w http.ResponseWriter, r *http.Request, from netip.Addr, asked wire.PairRequest, key string) {
	ctx, cancel := redisTime(r)
	defer cancel()
	pairing, now, err := h.o.Redeem(ctx, key)
	switch {
	case errors.Is(err, ErrNoOffer):
		h.o.Count(Wrong)
		httperror.Code(w)
	case err != nil:
		if r.Context().Err() == nil { // else hanging up would make attempts free
			h.attempts.pardon(from)
		}
		h.fail(w, "redeeming a code", err)
	default:
		h.attempts.right(from)
		h.welcome(ctx, w, asked, pairing, now)
	}
}

// welcome gives a device its token. Its code is used up by now.
func (h *Handler) welcome(ctx context.Context, w http.ResponseWriter, asked wire.PairRequest, pairing wire.Pairing, now time.Time) {
	c := h.claims(h.after(now, asked.MartID), wire.Claims{
		Subject: "device-" + rand.Text(),
		Name:    asked.Device,
		Role:    wire.RoleDevice,
		Marts:   []order.MartID{asked.MartID},
	})
	token, err := h.issue(ctx, c)
	if err != nil {
		h.o.Log.Error("a pairing code is used up, and its device got no token: make a new code", "mart", asked.MartID, "err", err)
		h.o.Count(Failed)
		httperror.NotReady(w)
		return
	}
	h.o.Log.Info("a device was paired", "mart", asked.MartID, "device", c.Subject)
	h.o.Count(Paired)
	give(w, wire.Paired{Token: token, Device: c.Subject, MartName: pairing.Name, Expires: time.Unix(c.Expires, 0).UTC()}, asked.Cookie, h.o.Life)
}

// after is now, or the next second if the tokens of a mart were revoked earlier in this
// one: seconds are all that a token says, and a revocation voids what was issued in its own.
func (h *Handler) after(now time.Time, mart order.MartID) time.Time {
	if last := h.o.LastRevoked(mart); last.Unix() == now.Unix() && last.Before(now) {
		return now.Add(time.Second)
	}
	return now
}

// claims is c, issued at now, which is Redis's: the clock of this server may be wrong, and
// revocations are told by Redis's.
func (h *Handler) claims(now time.Time, c wire.Claims) wire.Claims {
	c.IssuedAt = now.Unix()
	c.Expires = c.IssuedAt + int64(h.o.Life/time.Second)
	return c
}

// issue signs c, and lists its device under each of its marts: a token that nobody sees
// is one that nobody can take away.
func (h *Handler) issue(ctx context.Context, c wire.Claims) (string, error) {
	token, err := h.o.Sign(c)
	if err != nil {
		return "", err
	}
	for _, mart := range c.Marts {
		d := wire.Device{ID: c.Subject, Name: c.Name, MartID: mart, PairedAt: time.Unix(c.IssuedAt, 0).UTC()}
		if err := h.o.Enrol(ctx, d); err != nil {
			return "", err
		}
	}
	return token, nil
}

func (h *Handler) fail(w http.ResponseWriter, what string, err error) {
	h.o.Count(Failed)
	h.unready(w, what, err)
}

func (h *Handler) throttled(w http.ResponseWriter, wait time.Duration) {
	h.o.Count(Throttled)
	httperror.TooMany(w, wait)
}
