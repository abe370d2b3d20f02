package pairing

import (
	"context"
	"net/http"
	"slices"

	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

// Revoke serves wire.RevocationsPath. Revoking again what is revoked is no error.
func (h *Handler) Revoke(w http.ResponseWriter, r *http.Request) {
	wanted, ok := read(w, r, wire.ParseRevocation)
	if !ok {
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	holder := h.o.Holder(ctx)
	may, err := h.mayRevoke(ctx, holder, wanted)
	if err != nil {
		h.unavailable(w, "listing devices", err)
		return
	}
	if !may {
		httperror.Forbidden(w)
		return
	}
	if err := h.o.Registry.Revoke(ctx, wanted); err != nil {
		h.unavailable(w, "revoking", err)
		return
	}
	h.o.Log.Info("revoked", "device", wanted.Device, "mart", wanted.MartID, "key", wanted.Key, "by", holder.Subject)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}

// mayRevoke reports whether holder may revoke this. An admin may revoke each of its marts,
// and every device that is listed under one of them; with AnyMart, everything.
func (h *Handler) mayRevoke(ctx context.Context, holder wire.Claims, wanted wire.Revocation) (bool, error) {
	switch {
	case holder.Role != wire.RoleAdmin:
		return false, nil
	case holder.For(wire.AnyMart):
		return true, nil
	case wanted.Device == "": // a key concerns all marts
		return wanted.MartID != "" && holder.For(wanted.MartID), nil
	}
	for _, mart := range holder.Marts {
		devices, err := h.o.Registry.Devices(ctx, mart)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(devices, func(d wire.Device) bool { return d.ID == wanted.Device }) {
			return true, nil
		}
	}
	return false, nil
}
