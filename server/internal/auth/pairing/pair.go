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
	"jumun/server/internal/requestid"
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
	if client, key, ok := h.attempt(w, r, codeOf(asked.Code, asked.MartID)); ok {
		h.redeem(w, r, client, asked, key)
	}
}

// attempt begins an attempt with a secret and returns its hash. Codes and enrolment keys are counted together:
// whoever guesses the one has tried the other less. If ok is false, it has answered.
func (h *Handler) attempt(w http.ResponseWriter, r *http.Request, s secret) (client []ratelimit.Group[netip.Prefix], hash string, ok bool) {
	client = groupsOf(h.o.ClientIP(r))
	wait, failed := h.attempts.Begin(time.Now(), client...)
	if wait > 0 {
		h.throttled(w, wait)
		return nil, "", false
	}
	hash, err := h.kdf.hash(r.Context(), failed, s)
	switch {
	case errors.Is(err, errFull):
		h.attempts.Undo(client...)
		h.throttled(w, time.Second)
	case err != nil: // the client hung up; it has made an attempt
		h.fail(w, "computing a key", err)
	}
	return client, hash, err == nil
}

// redeem makes the token before it redeems the code, so that a failure to sign uses up no code.
func (h *Handler) redeem(w http.ResponseWriter, r *http.Request, client []ratelimit.Group[netip.Prefix], asked wire.PairRequest, key string) {
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	made, text, unsigned := h.newDevice(ctx, newSubject(), asked.Device, asked.MartID)
	redeem := h.o.Registry.Redeem
	if unsigned != nil { // a wrong code gets the answer that it always gets
		redeem = h.o.Registry.Offered
	}
	offer, err := redeem(ctx, key)
	switch {
	case errors.Is(err, devices.ErrNoOffer):
		h.o.Count(Wrong)
		h.wrong.Do(func() {
			h.o.Log.Warn("a pairing code was refused: it is wrong, used or over, or of another mart", "mart", asked.MartID, "device", asked.Device, "address", h.o.ClientIP(r), "request", requestid.Of(ctx))
		})
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

// newSubject returns the ID of a new device.
func newSubject() string { return "device-" + rand.Text() }

// newDevice makes the first token of a device.
func (h *Handler) newDevice(ctx context.Context, subject, name string, mart order.MartID) (made token.Token, text string, err error) {
	now, err := h.o.Registry.Now(ctx)
	if err != nil {
		return token.Token{}, "", fmt.Errorf("asking for the time: %w", err)
	}
	made.Claims = h.claims(h.afterRevocation(now, mart), wire.Claims{
		Subject: subject,
		Name:    name,
		Role:    wire.RoleDevice,
		Marts:   []order.MartID{mart},
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
	h.did(ctx, "paired a device", "mart", asked.MartID, "device", made.Subject, "key", made.Key, "by", offer.Maker.Holder())
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
