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

// Renew serves wire.TokenPath: a new token for the holder of one, with the same ID and
// marts. The old one is good until it ends.
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
	ctx, cancel := redisTime(r)
	defer cancel()
	now, err := h.standing(ctx)
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
	give(w, wire.Paired{Token: token, Device: c.Subject, Expires: time.Unix(c.Expires, 0).UTC()}, byCookie(r), h.o.Life)
}

// notBefore is now, but never before the old token was issued: one of the second in which a
// mart was revoked (see after), or of before Redis's clock was set back, stands, and what is
// given for it has to stand too.
func notBefore(now time.Time, issued int64) time.Time {
	return time.Unix(max(now.Unix(), issued), 0)
}

// standing is the time, by Redis's clock, if the token of a request is not revoked yet;
// else its error is errRevoked. The time comes first: what is revoked after Whole looked
// is revoked later than this, and voids what is issued at this time too.
func (h *Handler) standing(ctx context.Context) (time.Time, error) {
	now, err := h.o.Now(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("asking for the time: %w", err)
	}
	whole, err := h.o.Whole(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("looking for revocations: %w", err)
	}
	if !whole {
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

// byCookie says whether the token of a request came in the cookie.
func byCookie(r *http.Request) bool {
	_, err := r.Cookie(wire.CookieName)
	return err == nil && r.Header.Get("Authorization") == ""
}
