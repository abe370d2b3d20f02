package pairing

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// Pair serves wire.PairPath: it exchanges a code for a token. Whatever is wrong with a code,
// and if there is no such mart, it does the same and answers the same, so that nobody learns
// which marts exist, or that a code was good. A client that failed often must wait, with the
// right code too.
func (h *Handler) Pair(w http.ResponseWriter, r *http.Request) {
	asked, ok := read(w, r, wire.ParsePairRequest)
	if !ok {
		return
	}
	client := h.o.ClientIP(r)
	if wait := h.attempts.Begin(client, time.Now()); wait > 0 {
		h.throttled(w, wait)
		return
	}
	key, err := h.kdf.key(r.Context(), asked.Code, asked.MartID)
	switch {
	case errors.Is(err, errFull):
		h.attempts.Undo(client)
		h.throttled(w, time.Second)
	case err != nil: // the client hung up; it has made an attempt
		h.fail(w, "computing a key", err)
	default:
		h.redeem(w, r, client, asked, key)
	}
}

func (h *Handler) redeem(w http.ResponseWriter, r *http.Request, client netip.Addr, asked wire.PairRequest, key string) {
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	pairing, now, err := h.o.Registry.Redeem(ctx, key)
	switch {
	case errors.Is(err, devices.ErrNoOffer):
		h.o.Count(Wrong)
		httperror.Code(w)
	case err != nil:
		if r.Context().Err() == nil { // else hanging up would make attempts free
			h.attempts.Undo(client)
		}
		h.fail(w, "redeeming a code", err)
	default:
		h.attempts.Succeed(client)
		h.welcome(ctx, w, asked, pairing, now)
	}
}

// welcome gives a new device its token. Its code is already used up.
func (h *Handler) welcome(ctx context.Context, w http.ResponseWriter, asked wire.PairRequest, pairing wire.Pairing, now time.Time) {
	c := h.claims(h.afterRevocation(now, asked.MartID), wire.Claims{
		Subject: "device-" + rand.Text(),
		Name:    asked.Device,
		Role:    wire.RoleDevice,
		Marts:   []order.MartID{asked.MartID},
	})
	token, err := h.issue(ctx, c)
	if err != nil {
		h.o.Log.Error("a pairing code is used up, but its device got no token: make a new code", "mart", asked.MartID, "err", err)
		h.o.Count(Failed)
		httperror.NotReady(w)
		return
	}
	h.o.Log.Info("paired a device", "mart", asked.MartID, "device", c.Subject)
	h.o.Count(Paired)
	give(w, wire.Paired{Token: token, Device: c.Subject, MartName: pairing.Name, Expires: time.Unix(c.Expires, 0).UTC()}, asked.Cookie, h.o.TokenLife)
}

func (h *Handler) fail(w http.ResponseWriter, doing string, err error) {
	h.o.Count(Failed)
	h.unavailable(w, doing, err)
}

func (h *Handler) throttled(w http.ResponseWriter, wait time.Duration) {
	h.o.Count(Throttled)
	httperror.TooMany(w, wait)
}
