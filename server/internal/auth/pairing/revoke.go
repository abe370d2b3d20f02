package pairing

import (
	"context"
	"errors"
	"net/http"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/httperror"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// Revocations serves wire.RevocationsPath: GET lists, POST revokes.
func (h *Handler) Revocations(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		h.listRevocations(w, r)
		return
	}
	h.Revoke(w, r)
}

// Revoke serves POST on wire.RevocationsPath. Revoking again what is revoked is no error.
func (h *Handler) Revoke(w http.ResponseWriter, r *http.Request) {
	h.change(w, r, "revoked", func(ctx context.Context, by token.Token, v wire.Revocation) (may bool, err error) {
		marts := scope(by, v)
		switch {
		case marts != nil: // a device at some marts
			if !by.For(wire.AnyMart) && !h.o.TakeRevocations(w, r, len(marts)) {
				return true, errAnswered
			}
			err = h.revokeAt(ctx, by, v.Device, marts)
		case by.For(wire.AnyMart) || v.MartID != "" && by.For(v.MartID):
			err = h.o.Registry.Revoke(ctx, v)
		default:
			return false, nil
		}
		return true, err
	})
}

// scope returns the marts at which by revokes the device of v; nil: not at some marts. An administrator
// revokes any holder, listed or not, at its own marts, and nothing elsewhere: others may have written the
// same subject.
func scope(by token.Token, v wire.Revocation) []order.MartID {
	switch {
	case v.Device == "":
		return nil
	case v.MartID != "" && by.For(v.MartID):
		return []order.MartID{v.MartID}
	case v.MartID != "" || by.For(wire.AnyMart):
		return nil
	}
	return by.Marts
}

// revokeAt revokes a holder at some marts. If it is listed there, servers of before void it too, as they did
// when they were asked themselves.
func (h *Handler) revokeAt(ctx context.Context, by token.Token, holder string, marts []order.MartID) error {
	listed, err := h.o.Registry.Find(ctx, holder, marts...)
	if err != nil {
		return err
	}
	return h.o.Registry.RevokeAt(ctx, holder, marts, len(listed) > 0, shareOf(by))
}

// shareOf returns how much of the room for revocations by may use.
func shareOf(by token.Token) revocation.Share {
	switch {
	case by.Lent != "":
		return revocation.Lent
	case by.For(wire.AnyMart):
		return revocation.Whole
	}
	return revocation.Marts
}

// Undo serves wire.UndoPath: an administrator for all marts takes a revocation back.
func (h *Handler) Undo(w http.ResponseWriter, r *http.Request) {
	h.change(w, r, "took a revocation back", func(ctx context.Context, by token.Token, v wire.Revocation) (may bool, err error) {
		if !by.For(wire.AnyMart) {
			return false, nil
		}
		was, err := h.o.Registry.Undo(ctx, v)
		if err == nil && !was {
			err = errNotRevoked
		}
		return true, err
	})
}

var (
	errNotRevoked = errors.New("it is not revoked")
	errAnswered   = errors.New("the request was answered")
)

// change serves a request that changes revocations: do does it for an administrator who was not revoked
// until now, or reports that he may not.
func (h *Handler) change(w http.ResponseWriter, r *http.Request, done string, do func(context.Context, token.Token, wire.Revocation) (may bool, err error)) {
	wanted, ok := read(w, r, wire.ParseRevocation)
	if !ok {
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	if !ok {
		return
	}
	switch may, err := do(ctx, by, wanted); {
	case !may:
		httperror.Forbidden(w, wire.RoleAdmin)
	case errors.Is(err, errAnswered):
	case errors.Is(err, errNotRevoked):
		httperror.NotRevoked(w)
	case errors.Is(err, revocation.ErrFull):
		h.o.Log.Error("NOT REVOKED: there is no room for it", "device", wanted.Device, "mart", wanted.MartID, "key", wanted.Key, "by", by.Holder())
		httperror.Full(w)
	case err != nil:
		h.unavailable(w, "revoking", err)
	default:
		h.did(ctx, done, "device", wanted.Device, "mart", wanted.MartID, "key", wanted.Key, "by", by.Holder())
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNoContent)
	}
}

// admin returns the token of a request if it is that of an administrator, with the marts at which it is not
// revoked by what Redis knows now. Otherwise it answers why not.
func (h *Handler) admin(ctx context.Context, w http.ResponseWriter) (by token.Token, ok bool) {
	if by = h.o.Holder(ctx); by.Role != wire.RoleAdmin {
		httperror.Forbidden(w, wire.RoleAdmin)
		return by, false
	}
	if err := h.o.Refresh(ctx); err != nil {
		h.unavailable(w, "reading the revocations", err)
		return by, false
	}
	if by = h.o.Holder(ctx); len(by.Marts) == 0 {
		httperror.Revoked(w, wire.RoleAdmin)
		return by, false
	}
	return by, true
}

// listRevocations answers a page of all revocations to an administrator for all marts.
func (h *Handler) listRevocations(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	if !ok {
		return
	}
	if !by.For(wire.AnyMart) {
		httperror.Forbidden(w, wire.RoleAdmin)
		return
	}
	page, next, err := h.o.Registry.Page(ctx, r.URL.Query().Get(wire.AfterParam))
	switch {
	case errors.Is(err, order.ErrMalformed):
		httperror.Query(w, err.Error())
	case err != nil:
		h.unavailable(w, "listing revocations", err)
	default:
		answer(w, http.StatusOK, wire.Revocations{Revocations: append([]wire.Revocation{}, page...), Next: next})
	}
}
