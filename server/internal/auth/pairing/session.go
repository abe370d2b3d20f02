package pairing

import (
	"context"
	"net/http"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

// Session serves wire.SessionPath: POST signs a browser in with the token of the request, GET says whose session it has.
func (h *Handler) Session(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	switch {
	case !ok:
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		answer(w, http.StatusOK, sessionOf(by))
	case r.Method == http.MethodPost:
		h.signIn(ctx, w, by)
	default:
		httperror.Method(w, http.MethodGet, http.MethodPost, http.MethodDelete)
	}
}

func (h *Handler) signIn(ctx context.Context, w http.ResponseWriter, by token.Token) {
	session, text, err := h.newSession(ctx, by)
	if err != nil {
		h.unavailable(w, "signing in to the console", err)
		return
	}
	h.did(ctx, "signed in to the console", "by", by.Holder(), "expires", session.ExpiresAt())
	setCookie(w, wire.AdminCookieName, text, int(session.Expires-session.IssuedAt))
	answer(w, http.StatusOK, sessionOf(session))
}

// newSession makes a token of an administrator's that lives for a day's work: whatever revokes the one revokes the other.
func (h *Handler) newSession(ctx context.Context, by token.Token) (session token.Token, text string, err error) {
	now, err := h.o.Registry.Now(ctx)
	if err != nil {
		return by, "", err
	}
	session = by
	session.Origin.Key, session.Origin.IssuedAt = by.First()
	session.Origin.Lent = by.Lent != ""
	session.IssuedAt = max(now.Unix(), by.IssuedAt) // the clock of whoever signed that may be ahead
	session.Expires = min(session.IssuedAt+int64(wire.SessionLife/time.Second), by.Expires)
	text, session.Key, err = h.o.Sign(session.Claims)
	return session, text, err
}

func sessionOf(t token.Token) wire.Session {
	return wire.Session{Holder: t.Holder(), Name: t.Name, Marts: t.Marts, Expires: t.ExpiresAt()}
}
