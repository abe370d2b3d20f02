// Package auth decides who may do what.
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
	"jumun/shared/order"
	"jumun/shared/wire"
)

// The reasons of Options.Refused.
const (
	NoToken   = "none"      // nothing that could be a token was sent where one belongs
	Unknown   = "token"     // no key of ours has signed it
	Expired   = "expired"   // its time is over
	Voided    = "revoked"   // it was revoked
	Forbidden = "forbidden" // it is for another mart, another call or another site
	TooMany   = "busy"      // its holder, or its address, asks for too much
)

// Options are what a Gate needs; all of them. The funcs are called from several goroutines.
type Options struct {
	Keys     func() *token.Keys // those that count now
	Revoked  *Revoked
	ClientIP *ClientIP
	Refused  func(reason string) // counts a request that was refused

	// StreamsPerAddress is how many streams and polls one address on the Internet may have
	// at once; 0: any number. Many stores may share one, so it is to stop floods only.
	StreamsPerAddress int
	// PublishRate is how many orders a publisher may send a second; 0: any number. It may
	// send twice that at once, after a pause.
	PublishRate int
	Log         *slog.Logger
}

// A Gate lets requests through to handlers, or answers why not.
type Gate struct {
	opts      Options
	devices   *ratelimit.Quota[watcher]
	addresses *ratelimit.Quota[netip.Addr]
	publishes *ratelimit.Limiter[string]
	crowded   rate.Sometimes // complaints that one address could repeat without end
}

// NewGate returns a Gate.
func NewGate(opts Options) *Gate {
	return &Gate{
		opts:      opts,
		devices:   ratelimit.NewQuota[watcher](MaxStreamsPerDevice),
		addresses: ratelimit.NewQuota[netip.Addr](opts.StreamsPerAddress),
		publishes: ratelimit.NewLimiter[string](float64(opts.PublishRate), 2*opts.PublishRate, maxPublishers),
		crowded:   rate.Sometimes{Interval: time.Minute},
	}
}

// Require hands a request on to next, its Grant in the context, if it comes with a token
// of that role which is good for the mart in the path; else it answers why not. Of a path
// without a mart the token has to be good for any of its own: which one is concerned, next
// asks by Grant.For and Grant.Stands. It is to be used inside a pattern of http.ServeMux.
//
// Where a token is for every mart, a malformed mart ID is left to next, which says so. What
// next keeps of the mart in the path and of the Grant keeps nothing else in memory.
func (g *Gate) Require(role wire.Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := credentialIn(r)
		t, ok := g.known(w, sent)
		if !ok || !g.stands(w, r, t) {
			return
		}
		if t.Role != role || !forPath(r, t) || sent.cookie && foreign(r) {
			g.refuse(Forbidden, httperror.Forbidden, w)
			return
		}
		granted := &Grant{Token: t, Revoked: g.opts.Revoked}
		if mart, named := martIn(r); named {
			r.SetPathValue("mart", string(granted.ownMart(mart)))
		}
		next.ServeHTTP(w, r.WithContext(With(r.Context(), granted)))
	})
}

// known checks who has signed a token and until when it is good, or answers.
func (g *Gate) known(w http.ResponseWriter, sent credential) (token.Token, bool) {
	if sent.text == "" {
		g.refuse(NoToken, httperror.Token, w)
		return token.Token{}, false
	}
	t, err := g.opts.Keys().Check(sent.text, time.Now())
	switch {
	case errors.Is(err, token.ErrExpired):
		g.refuse(Expired, httperror.Expired, w)
	case err != nil:
		g.refuse(Unknown, httperror.Token, w)
	}
	return t, err == nil
}

// stands says that a token was not revoked, or answers. While it is not known what was
// revoked nobody comes in: the one who should not might be the first to try.
func (g *Gate) stands(w http.ResponseWriter, r *http.Request, t token.Token) bool {
	if !g.opts.Revoked.Known() {
		httperror.NotReady(w)
		return false
	}
	mart, named := martIn(r)
	if named && g.opts.Revoked.Voids(t, mart) || !named && g.opts.Revoked.voidsAll(t) {
		g.refuse(Voided, httperror.Revoked, w)
		return false
	}
	return true
}

func (g *Gate) refuse(reason string, answer func(http.ResponseWriter), w http.ResponseWriter) {
	g.opts.Refused(reason)
	answer(w)
}

// martIn is the mart in the path, and whether the path has one. A pattern that has one is
// asked for it even if nothing stands there: it must not pass for a path without.
func martIn(r *http.Request) (mart order.MartID, named bool) {
	mart = order.MartID(r.PathValue("mart"))
	return mart, mart != "" || strings.Contains(r.Pattern, "{mart}")
}

func forPath(r *http.Request, t token.Token) bool {
	mart, named := martIn(r)
	return !named || t.For(mart)
}
