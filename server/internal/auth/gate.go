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
	Replaced  = "replaced"  // a newer one of its holder was renewed: two have the tokens of one
	Forbidden = "forbidden" // it is for another mart or another role, or another site sent it
	TooMany   = "busy"      // its holder publishes, or confirms, too fast

	TooManyStreams = "streams" // the device, or the address, has as many streams and polls as it may have
)

// Options are what a Gate needs. Every field but the limits must be set, and every func must
// be safe for concurrent use.
type Options struct {
	Keys     func() *token.Keys // the keys that are valid now
	Revoked  *revocation.List
	ClientIP *ClientIP
	Refused  func(needed wire.Role, reason string) // counts a refused request
	// Strange reports that a token that this server does not know may be good: it has other keys than the
	// others, or does not know yet, or another one has the key kid, which the token needs. kid may be empty.
	Strange func(kid string) bool
	Used    func(token.Token) // notes a token that was taken; it must not block
	Origins Origins           // whose pages may use the cookie, if they are of the same site

	// StreamsPerAddress is how many streams and polls one public address may have at once;
	// 0: any number. Many stores may share an address, so this only stops floods.
	StreamsPerAddress int
	// PublishRate is how many orders a publisher may send in a second; 0: any number. After
	// a pause it may send twice as many at once.
	PublishRate int
	// MaxEvents is how many events the log of a mart has, roughly.
	MaxEvents int
	Log       *slog.Logger
}

// A Gate passes requests to handlers, or answers why not. It is safe for concurrent use.
type Gate struct {
	opts          Options
	devices, lent *ratelimit.Quota[watcher] // streams of devices, and of all that a lent key vouches for
	addresses     *ratelimit.Quota[netip.Addr]
	publishes     budget
	confirmations budget
	reports       budget // of devices, about themselves
	admins        budget
	fullAdmins    budget // those for all marts
	adminReads    budget // of any administrator, requests that change nothing
	revocations   budget // fields, not requests
	renewals      budget
	replays       replays
	adminsNow     *ratelimit.Quota[string]    // requests of administrators that are being served
	told          *ratelimit.Limiter[refusal] // which refusals were logged
	crowded       rate.Sometimes              // one address could fill the log
}

// NewGate returns a Gate.
func NewGate(opts Options) *Gate {
	return &Gate{
		opts:          opts,
		devices:       ratelimit.NewQuota[watcher](MaxStreamsPerDevice),
		lent:          ratelimit.NewQuota[watcher](lentStreams),
		addresses:     ratelimit.NewQuota[netip.Addr](opts.StreamsPerAddress),
		publishes:     newBudget(opts.PublishRate, 2*opts.PublishRate, maxPublishers, 1),
		confirmations: newBudget(confirmRate, confirmBurst, maxConfirming, lentDevices),
		reports:       newBudget(reportRate, reportBurst, maxConfirming, lentDevices),
		admins:        newBudget(adminRate, adminBurst, maxAdmins, lentAdmins),
		fullAdmins:    newBudget(allMarts*adminRate, allMarts*adminBurst, maxAdmins, lentAdmins),
		adminReads:    newBudget(allMarts*adminRate, allMarts*adminBurst, maxAdmins, lentAdmins),
		revocations:   newBudget(revokeRate, revokeBurst, maxAdmins, lentAdmins),
		renewals:      newBudget(renewRate, renewBurst, maxConfirming, lentDevices),
		replays:       newReplays(opts.MaxEvents),
		adminsNow:     ratelimit.NewQuota[string](adminAtOnce),
		told:          ratelimit.NewLimiter[refusal](1/tellEvery.Seconds(), 1, maxTold),
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
		sent := credentialIn(r, role)
		t, missing, reason := g.verified(sent)
		if reason == Unknown && g.opts.Strange(missing) {
			httperror.OtherKeys(w)
			return
		}
		if reason == "" && !g.opts.Revoked.Known() {
			httperror.NotReady(w) // the first token to come might be a revoked one
			return
		}
		if reason == "" {
			reason = g.forbidden(r, role, t, sent.cookie)
		}
		if reason != "" {
			g.refuse(w, r, role, t, reason)
			return
		}
		g.opts.Used(t)
		granted := &Grant{Token: t, Revoked: g.opts.Revoked, Keys: g.opts.Keys}
		if mart, named := martIn(r); named {
			r.SetPathValue("mart", string(granted.ownMart(mart)))
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), granted)))
	})
}

// verified returns the token of a request if a key of ours signed it and it has not expired.
// Otherwise it returns why not, and the kid of the key that is missing for it, if one is.
func (g *Gate) verified(sent credential) (t token.Token, missing, reason string) {
	if sent.text == "" {
		return token.Token{}, "", NoToken
	}
	t, err := g.opts.Keys().Check(sent.text, time.Now())
	var lacks *token.MissingKey
	switch {
	case errors.Is(err, token.ErrExpired):
		return token.Token{}, "", Expired
	case errors.As(err, &lacks):
		return token.Token{}, lacks.Kid, Unknown
	case err != nil:
		return token.Token{}, "", Unknown
	}
	return t, "", ""
}

// forbidden returns why a token does not allow a request that needs a role, or "".
func (g *Gate) forbidden(r *http.Request, role wire.Role, t token.Token, byCookie bool) (reason string) {
	mart, named := martIn(r)
	switch {
	case g.opts.Revoked.Replaced(t):
		return Replaced
	case named && g.opts.Revoked.Voids(t, mart) || !named && g.opts.Revoked.VoidsAll(t):
		return Voided
	case t.Role != role || !forPath(r, t) || byCookie && g.foreign(r, role):
		return Forbidden
	}
	return ""
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
