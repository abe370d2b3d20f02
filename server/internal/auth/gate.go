// Package auth decides who may do what: it verifies the token of each request, and limits
// how much one client may ask for.
package auth

import (
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/auth/ratelimit"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/httperror"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// The reasons that Options.Refused gets.
const (
	NoToken   = "none"      // the request has no token, or more than one
	Unknown   = "token"     // no key of ours signed it
	Expired   = "expired"   // it has expired
	Voided    = "revoked"   // it was revoked
	Forbidden = "forbidden" // it is for another mart or another role, or another site sent it
	TooMany   = "busy"      // its holder, or the address, asks for too much
)

// Options are what a Gate needs. Every field but the limits must be set, and every func must
// be safe for concurrent use.
type Options struct {
	Keys     func() *token.Keys // the keys that are valid now
	Revoked  *revocation.List
	ClientIP *ClientIP
	Refused  func(reason string) // counts a refused request

	// StreamsPerAddress is how many streams and polls one public address may have at once;
	// 0: any number. Many stores may share an address, so this only stops floods.
	StreamsPerAddress int
	// PublishRate is how many orders a publisher may send in a second; 0: any number. After
	// a pause it may send twice as many at once.
	PublishRate int
	Log         *slog.Logger
}

// A Gate passes requests to handlers, or answers why not. It is safe for concurrent use.
type Gate struct {
	opts          Options
	devices       *ratelimit.Quota[watcher]
	addresses     *ratelimit.Quota[netip.Addr]
	publishes     *ratelimit.Limiter[string]
	confirmations *ratelimit.Limiter[string]
	crowded       rate.Sometimes // one address could fill the log
}

// NewGate returns a Gate.
func NewGate(opts Options) *Gate {
	return &Gate{
		opts:          opts,
		devices:       ratelimit.NewQuota[watcher](MaxStreamsPerDevice),
		addresses:     ratelimit.NewQuota[netip.Addr](opts.StreamsPerAddress),
		publishes:     ratelimit.NewLimiter[string](float64(opts.PublishRate), 2*opts.PublishRate, maxPublishers),
		confirmations: ratelimit.NewLimiter[string](confirmRate, confirmBurst, maxConfirming),
		crowded:       rate.Sometimes{Interval: time.Minute},
	}
}

// Require returns a handler that calls next if a request has a token of this role for the
// mart in the path. The Grant is in the request's context. Otherwise it answers why not. If
// the path has no mart, the token must be valid for one of its own marts, and next must ask
// Grant.For and Grant.Stands about the mart that it serves. The handler must be inside a
// pattern of http.ServeMux.
//
// If a token is for every mart, next must check that the mart ID is well-formed. The mart ID
// in the path and the Grant are small: next may keep them, and keeps no request in memory.
func (g *Gate) Require(role wire.Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := credentialIn(r)
		t, ok := g.verified(w, sent)
		if !ok || !g.notRevoked(w, r, t) {
			return
		}
		if t.Role != role || !forPath(r, t) || sent.cookie && crossSite(r) {
			g.refuse(w, Forbidden, httperror.Forbidden)
			return
		}
		granted := &Grant{Token: t, Revoked: g.opts.Revoked}
		if mart, named := martIn(r); named {
			r.SetPathValue("mart", string(granted.ownMart(mart)))
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), granted)))
	})
}

// verified returns the token of a request if a key of ours signed it and it has not expired.
// Otherwise it answers.
func (g *Gate) verified(w http.ResponseWriter, sent credential) (token.Token, bool) {
	if sent.text == "" {
		g.refuse(w, NoToken, httperror.Token)
		return token.Token{}, false
	}
	t, err := g.opts.Keys().Check(sent.text, time.Now())
	switch {
	case errors.Is(err, token.ErrExpired):
		g.refuse(w, Expired, httperror.Expired)
	case err != nil:
		g.refuse(w, Unknown, httperror.Token)
	}
	return t, err == nil
}

// notRevoked reports whether a token was not revoked. Otherwise it answers. It refuses every
// token until the list of revocations is known: the first to come might be a revoked one.
func (g *Gate) notRevoked(w http.ResponseWriter, r *http.Request, t token.Token) bool {
	if !g.opts.Revoked.Known() {
		httperror.NotReady(w)
		return false
	}
	mart, named := martIn(r)
	if named && g.opts.Revoked.Voids(t, mart) || !named && g.opts.Revoked.VoidsAll(t) {
		g.refuse(w, Voided, httperror.Revoked)
		return false
	}
	return true
}

func (g *Gate) refuse(w http.ResponseWriter, reason string, answer func(http.ResponseWriter)) {
	g.opts.Refused(reason)
	answer(w)
}

// martIn returns the mart in the path; named reports whether the pattern has one. If the mart
// is empty there, the path must not count as a path without a mart.
func martIn(r *http.Request) (mart order.MartID, named bool) {
	mart = order.MartID(r.PathValue("mart"))
	if parsed, err := order.ParseMartID(string(mart)); err == nil {
		mart = parsed // in the spelling of the token
	}
	return mart, mart != "" || strings.Contains(r.Pattern, "{mart}")
}

// forPath reports whether a token is for the mart in the path, if there is one.
func forPath(r *http.Request, t token.Token) bool {
	mart, named := martIn(r)
	return !named || t.For(mart)
}
