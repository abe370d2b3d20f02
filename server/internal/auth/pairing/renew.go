package pairing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/httperror"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

var errRevoked = errors.New("the token was revoked")

// Renew serves wire.TokenPath: it gives a device a new token with the same ID and marts, as far as they
// were not revoked. The new token is good for no more than the old one was granted, and falls under what
// the old one falls under. The old one stays valid until it expires, or until the new one is renewed.
func (h *Handler) Renew(w http.ResponseWriter, r *http.Request) {
	asked, ok := read(w, r, parseRenewal)
	if !ok {
		return
	}
	old, may := renewable(h.o.Holder(r.Context()), time.Now())
	switch {
	case old.Role != wire.RoleDevice:
		httperror.Forbidden(w, wire.RoleDevice)
	case !may:
		h.refuse(w, old)
	default:
		h.renew(w, r, old, asked.Device)
	}
}

// pairedSubject matches the subjects of paired devices (see newDevice).
var pairedSubject = regexp.MustCompile(`^device-[A-Z2-7]{26}$`)

// renewable returns t with its Renew, and whether t may be renewed at the time now. Servers of before
// signed tokens without Renew; of those, pairing made the ones with such a subject. Whoever has a lent key
// can write such a subject, and was not granted more than what he signs.
func renewable(t token.Token, now time.Time) (token.Token, bool) {
	if t.Renew == 0 && t.Lent == "" && pairedSubject.MatchString(t.Subject) {
		t.Renew = wire.Forever
	}
	return t, t.Renew > now.Unix()
}

// refuse answers that a token is not renewed, and logs it: its device is cut off when it expires.
func (h *Handler) refuse(w http.ResponseWriter, t token.Token) {
	httperror.NotRenewable(w)
	if _, ok := h.told.Allow(t.Holder()); ok {
		h.o.Log.Warn("a token is not renewed: it was not made to be; pair the device, or make a new token before it expires",
			"device", t.Holder(), "name", t.Name, "mart", marts(t), "key", t.Key, "expires", t.ExpiresAt())
	}
}

func (h *Handler) renew(w http.ResponseWriter, r *http.Request, old token.Token, name string) {
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	next, text, again, err := h.next(ctx, old, name)
	switch {
	case errors.Is(err, errRevoked) || errors.Is(err, revocation.ErrVoid):
		httperror.Revoked(w, wire.RoleDevice)
		return
	case err != nil:
		h.fail(w, "renewing a token", err)
		return
	}
	h.tellRenewal(old, next, again)
	give(w, wire.Paired{Token: text, Device: next.Subject, Expires: next.ExpiresAt()}, byCookie(r), time.Duration(next.Expires-next.IssuedAt)*time.Second)
}

// next makes the token that follows old, and lists its device. again: old was renewed before.
func (h *Handler) next(ctx context.Context, old token.Token, name string) (next token.Token, text string, again bool, err error) {
	renewal, err := h.o.Renew(ctx, old, h.life())
	if err != nil {
		return token.Token{}, "", false, err
	}
	next = old
	next.Claims = old.Next(renewal.IssuedAt, h.life())
	if next.Marts = h.o.Holder(ctx).Marts; len(next.Marts) == 0 {
		return token.Token{}, "", false, errRevoked
	}
	if name != "" {
		next.Name = name
	}
	if text, next.Key, err = h.o.Sign(next.Claims); err == nil {
		err = h.enrol(ctx, next, "")
	}
	return next, text, renewal.Again, err
}

// tellRenewal counts a renewal and logs it.
func (h *Handler) tellRenewal(old, next token.Token, again bool) {
	h.o.Count(Renewed)
	about := []any{"device", next.Holder(), "mart", marts(next), "key", next.Key, "oldKey", old.Key, "name", next.Name}
	if next.Name != old.Name {
		about = append(about, "oldName", old.Name)
	}
	h.o.Log.Info("renewed a token", about...)
	if !again {
		return
	}
	h.o.Count(Again)
	if _, ok := h.told.Allow(next.Holder()); ok {
		h.o.Log.Warn("a token was renewed that had been renewed before: an answer was lost, or two have the token; if this goes on, revoke the device and pair it again", about...)
	}
}

// marts returns the marts of t for the log.
func marts(t token.Token) string { return order.Line(fmt.Sprint(t.Marts), order.MaxName) }

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
