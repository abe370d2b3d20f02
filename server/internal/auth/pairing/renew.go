package pairing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

var errRevoked = errors.New("the token was revoked")

// Renew serves wire.TokenPath: it gives a device a new token with the same ID and marts. The
// old one stays valid until it expires.
func (h *Handler) Renew(w http.ResponseWriter, r *http.Request) {
	asked, ok := read(w, r, parseRenewal)
	if !ok {
		return
	}
	holder := h.o.Holder(r.Context())
	if holder.Role != wire.RoleDevice {
		httperror.Forbidden(w)
		return
	}
	if asked.Device != "" {
		holder.Name = asked.Device
	}
	h.renew(w, r, holder)
}

func (h *Handler) renew(w http.ResponseWriter, r *http.Request, holder wire.Claims) {
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	now, err := h.nowIfValid(ctx)
	if errors.Is(err, errRevoked) {
		httperror.Revoked(w)
		return
	}
	if err != nil {
		h.fail(w, "renewing a token", err)
		return
	}
	c := h.claims(notBefore(now, holder.IssuedAt), holder)
	token, err := h.issue(ctx, c)
	if err != nil {
		h.fail(w, "renewing a token", err)
		return
	}
	h.o.Count(Renewed)
	give(w, wire.Paired{Token: token, Device: c.Subject, Expires: time.Unix(c.Expires, 0).UTC()}, byCookie(r), h.o.TokenLife)
}

// notBefore returns now, or the time at which the old token was issued, if that is later. A
// token issued in the second of a revocation (see afterRevocation), or before Redis's clock
// was set back, is valid, and so must be the one that replaces it.
func notBefore(now time.Time, issued int64) time.Time {
	return time.Unix(max(now.Unix(), issued), 0)
}

// nowIfValid returns the time by Redis's clock, or errRevoked if the request's token was
// revoked. It asks for the time first: a revocation that comes after the check has a later
// time, and so voids the new token too.
func (h *Handler) nowIfValid(ctx context.Context) (time.Time, error) {
	now, err := h.o.Registry.Now(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("asking for the time: %w", err)
	}
	valid, err := h.o.Valid(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the revocations: %w", err)
	}
	if !valid {
		return time.Time{}, errRevoked
	}
	return now, nil
}

// parseRenewal reads the body of a renewal, which may be empty.
func parseRenewal(body []byte) (wire.Renewal, error) {
	var asked wire.Renewal
	if len(body) > 0 && json.Unmarshal(body, &asked) != nil {
		return wire.Renewal{}, fmt.Errorf(`the body is not {"device":"…"}: %w`, order.ErrMalformed)
	}
	asked.Device = order.Line(asked.Device, order.MaxName)
	return asked, nil
}

// byCookie reports whether the token of a request came in the cookie.
func byCookie(r *http.Request) bool {
	_, err := r.Cookie(wire.CookieName)
	return err == nil && r.Header.Get("Authorization") == ""
}
