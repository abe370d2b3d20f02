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
	"jumun/server/internal/auth/token"
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
	made, text, unsigned := h.newDevice(ctx, asked)
	redeem := h.o.Registry.Redeem
	if unsigned != nil { // a wrong code gets the answer that it always gets
		redeem = h.o.Registry.Offered
	}
	offer, err := redeem(ctx, key)
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
		h.welcome(ctx, w, asked, made, offer, text)
	}
}

// newDevice makes the token of a new device.
func (h *Handler) newDevice(ctx context.Context, asked wire.PairRequest) (made token.Token, text string, err error) {
	now, err := h.o.Registry.Now(ctx)
	if err != nil {
		return token.Token{}, "", fmt.Errorf("asking for the time: %w", err)
	}
	made.Claims = h.claims(h.afterRevocation(now, asked.MartID), wire.Claims{
		Subject: "device-" + rand.Text(),
		Name:    asked.Device,
		Role:    wire.RoleDevice,
		Marts:   []order.MartID{asked.MartID},
	})
	text, made.Key, err = h.o.Sign(made.Claims)
	return made, text, err
}

// welcome lists a new device and gives it its token. Its code is already used up.
func (h *Handler) welcome(ctx context.Context, w http.ResponseWriter, asked wire.PairRequest, made token.Token, offer devices.Offer, text string) {
	if err := h.enrol(ctx, made, offer.Maker.Holder()); err != nil {
		h.o.Log.Error("a pairing code is used up, but its device got no token: make a new code", "mart", asked.MartID, "err", err)
		h.o.Count(Failed)
		httperror.NotReady(w)
		return
	}
	h.o.Log.Info("paired a device", "mart", asked.MartID, "device", made.Subject, "key", made.Key, "by", offer.Maker.Holder())
	h.o.Count(Paired)
	paired := wire.Paired{Token: text, Device: made.Subject, MartName: offer.Name, Expires: made.ExpiresAt()}
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
