package pairing

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"jumun/server/internal/auth/ratelimit"
	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// Pair serves wire.PairPath: it exchanges a code for a token. Whatever is wrong with a code,
// and if there is no such mart, it does the same and answers the same, so that nobody learns
// which marts exist, or that a code was good. A client that failed often, or whose network did, must
// wait, with the right code too.
func (h *Handler) Pair(w http.ResponseWriter, r *http.Request) {
	asked, ok := read(w, r, wire.ParsePairRequest)
	if !ok {
		return
	}
	client := groupsOf(h.o.ClientIP(r))
	wait, failed := h.attempts.Begin(time.Now(), client...)
	if wait > 0 {
		h.throttled(w, wait)
		return
	}
	key, err := h.kdf.key(r.Context(), failed, asked.Code, asked.MartID)
	switch {
	case errors.Is(err, errFull):
		h.attempts.Undo(client...)
		h.throttled(w, time.Second)
	case err != nil: // the client hung up; it has made an attempt
		h.fail(w, "computing a key", err)
	default:
		h.redeem(w, r, client, asked, key)
	}
}

// redeem makes the token before it redeems the code, so that a failure to sign uses up no code.
func (h *Handler) redeem(w http.ResponseWriter, r *http.Request, client []ratelimit.Group[netip.Prefix], asked wire.PairRequest, key string) {
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	c, token, unsigned := h.newDevice(ctx, asked)
	redeem := h.o.Registry.Redeem
	if unsigned != nil { // a wrong code gets the answer that it always gets
		redeem = h.o.Registry.Offered
	}
	pairing, err := redeem(ctx, key)
	switch {
	case errors.Is(err, devices.ErrNoOffer):
		h.o.Count(Wrong)
		httperror.Code(w)
	case err != nil || unsigned != nil:
		if r.Context().Err() == nil { // else hanging up would make attempts free
			h.attempts.Undo(client...)
		}
		h.fail(w, "pairing a device", cmp.Or(unsigned, err))
	default:
		h.attempts.Succeed(client...)
		h.welcome(ctx, w, asked, c, wire.Paired{Token: token, MartName: pairing.Name})
	}
}

// newDevice makes the claims and the token of a new device.
func (h *Handler) newDevice(ctx context.Context, asked wire.PairRequest) (wire.Claims, string, error) {
	now, err := h.o.Registry.Now(ctx)
	if err != nil {
		return wire.Claims{}, "", fmt.Errorf("asking for the time: %w", err)
	}
	c := h.claims(h.afterRevocation(now, asked.MartID), wire.Claims{
		Subject: "device-" + rand.Text(),
		Name:    asked.Device,
		Role:    wire.RoleDevice,
		Marts:   []order.MartID{asked.MartID},
	})
	token, err := h.o.Sign(c)
	return c, token, err
}

// welcome lists a new device and gives it its token. Its code is already used up.
func (h *Handler) welcome(ctx context.Context, w http.ResponseWriter, asked wire.PairRequest, c wire.Claims, paired wire.Paired) {
	if err := h.enrol(ctx, c); err != nil {
		h.o.Log.Error("a pairing code is used up, but its device got no token: make a new code", "mart", asked.MartID, "err", err)
		h.o.Count(Failed)
		httperror.NotReady(w)
		return
	}
	h.o.Log.Info("paired a device", "mart", asked.MartID, "device", c.Subject)
	h.o.Count(Paired)
	paired.Device, paired.Expires = c.Subject, time.Unix(c.Expires, 0).UTC()
	give(w, paired, asked.Cookie, h.o.TokenLife)
}

func (h *Handler) fail(w http.ResponseWriter, doing string, err error) {
	h.o.Count(Failed)
	h.unavailable(w, doing, err)
}

func (h *Handler) throttled(w http.ResponseWriter, wait time.Duration) {
	h.o.Count(Throttled)
	httperror.TooMany(w, wait)
}
