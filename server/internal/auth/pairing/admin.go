package pairing

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// CreatePairing serves wire.PairingsPath: a code for a device of a mart.
func (h *Handler) CreatePairing(w http.ResponseWriter, r *http.Request) {
	wanted, ok := read(w, r, parsePairing)
	if !ok {
		return
	}
	holder := h.o.Holder(r.Context())
	if holder.Role != wire.RoleAdmin || !holder.For(wanted.MartID) {
		httperror.Forbidden(w)
		return
	}
	ctx, cancel := redisTime(r)
	defer cancel()
	switch code, err := h.createFor(ctx, wanted); {
	case errors.Is(err, errRevoked):
		httperror.Revoked(w)
	case errors.Is(err, errFull):
		httperror.TooMany(w, time.Second)
	case err != nil:
		h.unready(w, "making a pairing code", err)
	default:
		h.o.Log.Info("a pairing code was made", "mart", code.MartID, "by", holder.Subject)
		answer(w, http.StatusCreated, code)
	}
}

// createFor is Create for whose token still stands at that mart: a code, and what it is
// redeemed for, would outlive the token. What was revoked of other marts does not matter.
func (h *Handler) createFor(ctx context.Context, wanted wire.Pairing) (wire.PairingCode, error) {
	stands, err := h.o.Stands(ctx, wanted.MartID)
	if err != nil {
		return wire.PairingCode{}, fmt.Errorf("looking for revocations: %w", err)
	}
	if !stands {
		return wire.PairingCode{}, errRevoked
	}
	return h.Create(ctx, wanted)
}

func parsePairing(body []byte) (wire.Pairing, error) {
	var wanted wire.Pairing
	if json.Unmarshal(body, &wanted) != nil {
		return wire.Pairing{}, fmt.Errorf(`the body is not {"martId","name"}: %w`, order.ErrMalformed)
	}
	return checked(wanted)
}

// ListDevices serves wire.DevicesPattern: the devices of a mart, by name. There are as many
// as were paired: it is admins who bound them.
func (h *Handler) ListDevices(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		httperror.Method(w, http.MethodGet)
		return
	}
	mart, err := order.ParseMartID(r.PathValue("mart"))
	if err != nil {
		httperror.MartID(w, err)
		return
	}
	if holder := h.o.Holder(r.Context()); holder.Role != wire.RoleAdmin || !holder.For(mart) {
		httperror.Forbidden(w)
		return
	}
	ctx, cancel := redisTime(r)
	defer cancel()
	devices, err := h.o.Devices(ctx, mart)
	if err != nil {
		h.unready(w, "listing devices", err)
		return
	}
	answer(w, http.StatusOK, wire.Devices{Devices: byName(devices)})
}

// byName is a copy of devices in the order in which people look for them; never nil.
func byName(devices []wire.Device) []wire.Device {
	sorted := append([]wire.Device{}, devices...)
	slices.SortFunc(sorted, func(a, b wire.Device) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return sorted
}

// Revocations serves wire.RevocationsPath. To revoke again what is revoked is no error.
func (h *Handler) Revocations(w http.ResponseWriter, r *http.Request) {
	wanted, ok := read(w, r, wire.ParseRevocation)
	if !ok {
		return
	}
	ctx, cancel := redisTime(r)
	defer cancel()
	holder := h.o.Holder(ctx)
	may, err := h.mayRevoke(ctx, holder, wanted)
	if err != nil {
		h.unready(w, "listing devices", err)
		return
	}
	if !may {
		httperror.Forbidden(w)
		return
	}
	if err := h.o.Revoke(ctx, wanted); err != nil {
		h.unready(w, "revoking", err)
		return
	}
	h.o.Log.Info("revoked", "device", wanted.Device, "mart", wanted.MartID, "key", wanted.Key, "by", holder.Subject)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}

// mayRevoke says whether an admin may revoke this: any of its marts, any device listed
// under one of them, and with AnyMart everything.
func (h *Handler) mayRevoke(ctx context.Context, holder wire.Claims, wanted wire.Revocation) (bool, error) {
	switch {
	case holder.Role != wire.RoleAdmin:
		return false, nil
	case holder.For(wire.AnyMart):
		return true, nil
	case wanted.Device == "": // a key is the business of all marts
		return wanted.MartID != "" && holder.For(wanted.MartID), nil
	}
	for _, mart := range holder.Marts {
		devices, err := h.o.Devices(ctx, mart)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(devices, func(d wire.Device) bool { return d.ID == wanted.Device }) {
			return true, nil
		}
	}
	return false, nil
}
