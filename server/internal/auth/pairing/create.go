package pairing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// CreatePairing serves wire.PairingsPath: it makes a code for a device of a mart.
func (h *Handler) CreatePairing(w http.ResponseWriter, r *http.Request) {
	wanted, ok := read(w, r, parsePairing)
	if !ok {
		return
	}
	holder := h.o.Holder(r.Context())
	if holder.Role != wire.RoleAdmin || !holder.For(wanted.MartID) {
		httperror.Forbidden(w, wire.RoleAdmin)
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	switch code, err := h.createIfValid(ctx, wanted); {
	case errors.Is(err, errRevoked):
		httperror.Revoked(w, wire.RoleAdmin)
	case errors.Is(err, errFull):
		httperror.TooMany(w, time.Second)
	case err != nil:
		h.unavailable(w, "making a pairing code", err)
	default:
		h.did(ctx, "made a pairing code", "mart", code.MartID, "by", holder.Holder())
		answer(w, http.StatusCreated, code)
	}
}

// createIfValid makes a code, or fails with errRevoked if the request's token was revoked at
// that mart: the code, and what it is redeemed for, would outlive the token. Revocations at
// other marts do not matter.
func (h *Handler) createIfValid(ctx context.Context, wanted wire.Pairing) (wire.PairingCode, error) {
	if err := h.o.Refresh(ctx); err != nil {
		return wire.PairingCode{}, fmt.Errorf("reading the revocations: %w", err)
	}
	holder := h.o.Holder(ctx)
	if !holder.For(wanted.MartID) {
		return wire.PairingCode{}, errRevoked
	}
	now, err := h.o.Registry.Now(ctx)
	if err != nil {
		return wire.PairingCode{}, fmt.Errorf("asking for the time: %w", err)
	}
	return create(ctx, &h.kdf, h.o.Registry, devices.Offer{Pairing: wanted, Maker: devices.MakerOf(holder)}, now)
}

// CreateCode offers a pairing under a new code, without a server, for an operator who has
// access to Redis. now is the time for Expires, by the clock of whoever reads it. Its errors wrap order.ErrMalformed if wanted is
// malformed; all others come from store.
func CreateCode(ctx context.Context, store offerer, wanted wire.Pairing, now time.Time) (wire.PairingCode, error) {
	return create(ctx, new(kdfLimiter), store, devices.Offer{Pairing: wanted}, now)
}

func create(ctx context.Context, kdf *kdfLimiter, store offerer, wanted devices.Offer, now time.Time) (_ wire.PairingCode, err error) {
	if wanted.Pairing, err = checked(wanted.Pairing); err != nil {
		return wire.PairingCode{}, err
	}
	code := newLetters(wire.CodeLength)
	key, err := kdf.hash(ctx, 0, codeOf(code, wanted.MartID))
	if err != nil {
		return wire.PairingCode{}, err
	}
	if err := store.Offer(ctx, key, wanted, wire.CodeLife); err != nil {
		return wire.PairingCode{}, err
	}
	return wire.PairingCode{Code: wire.ShowCode(code), MartID: wanted.MartID, Expires: now.Add(wire.CodeLife).UTC()}, nil
}

func parsePairing(body []byte) (wire.Pairing, error) {
	var wanted wire.Pairing
	if json.Unmarshal(body, &wanted) != nil {
		return wire.Pairing{}, fmt.Errorf(`the body is not {"martId","name"}: %w`, order.ErrMalformed)
	}
	return checked(wanted)
}

// checked returns p as it is stored. It refuses a code for every mart, which would be a
// master key of eight letters.
func checked(p wire.Pairing) (wire.Pairing, error) {
	if _, err := order.ParseMartID(string(p.MartID)); err != nil {
		return wire.Pairing{}, err
	}
	if p.MartID == wire.AnyMart {
		return wire.Pairing{}, fmt.Errorf("a code is for one mart, not for all: %w", order.ErrMalformed)
	}
	p.Name = order.Line(p.Name, order.MaxName)
	return p, nil
}
