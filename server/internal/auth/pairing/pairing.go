// Package pairing gives devices their tokens, and takes them away.
package pairing

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// redisTimeout is what Redis has for all that one request asks of it.
const redisTimeout = 5 * time.Second

// ErrNoOffer is what Options.Redeem returns when nothing is offered under a key: it
// never was, it was redeemed, or its time is over.
var ErrNoOffer = errors.New("no pairing is offered under this key")

// Options are what a Handler works with. Every one is needed, and may be called from
// several goroutines.
type Options struct {
	// Sign makes a token of what it is to say.
	Sign func(wire.Claims) (string, error)
	// Offer keeps a pairing under a key for a time, for all servers.
	Offer func(ctx context.Context, key string, p wire.Pairing, life time.Duration) error
	// Redeem takes what is offered under a key, once whoever asks, and says the time by
	// Redis's clock; ErrNoOffer: there is nothing.
	Redeem func(ctx context.Context, key string) (p wire.Pairing, now time.Time, err error)
	// Now is the time by Redis's clock, by which revocations are told.
	Now func(context.Context) (time.Time, error)
	// Enrol lists a device: its ID, name and mart, and when its token was issued. Of one
	// that is listed already, the name and the time are new.
	Enrol func(context.Context, wire.Device) error
	// Devices lists the devices of a mart.
	Devices func(context.Context, order.MartID) ([]wire.Device, error)
	// Revoke keeps a revocation, at Redis's time, and has all servers know it.
	Revoke func(context.Context, wire.Revocation) error

	// Holder is what the token of a request says, without the marts at which it was revoked.
	// The gate has checked it.
	Holder func(context.Context) wire.Claims
	// Stands says whether that token is still not revoked at a mart, by the list as Redis
	// has it now: what is made of a token must not outlive it because this server heard late.
	Stands func(context.Context, order.MartID) (bool, error)
	// Whole says the same of all that the token is good for.
	Whole func(context.Context) (bool, error)
	// LastRevoked is when the tokens of a mart were last revoked, by Redis's clock.
	LastRevoked func(order.MartID) time.Time
	// Address is who sent a request, as attempts are counted; of IPv6 its /64.
	Address func(*http.Request) netip.Addr

	Life  time.Duration        // of the tokens that are given, in whole seconds
	Count func(outcome string) // called once a pairing or renewal, with one of the outcomes
	Log   *slog.Logger
}

// The outcomes of a pairing or a renewal.
const (
	Paired    = "paired"
	Renewed   = "renewed"
	Wrong     = "wrong"     // the code was not good
	Throttled = "throttled" // it was not looked at: too many attempts
	Failed    = "failed"    // Redis or the keys failed
)

// A Handler answers the requests that are about tokens. Make one with New; its methods
// may be used from several goroutines. Every answer forbids that it is stored.
type Handler struct {
	o        Options
	attempts *throttle
	kdf      kdfLimiter
	noise    rate.Sometimes // a Redis that is lost fails every request
}

// New returns a Handler.
func New(o Options) *Handler {
	return &Handler{
		o:        o,
		attempts: newThrottle(),
		kdf:      newKDFLimiter(),
		noise:    rate.Sometimes{First: 3, Interval: 10 * time.Second},
	}
}

// unready answers that something beneath us failed, and tells the operator what.
func (h *Handler) unready(w http.ResponseWriter, what string, err error) {
	h.noise.Do(func() { h.o.Log.Warn(what+" failed", "err", err) })
	httperror.NotReady(w)
}

func redisTime(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.Context(), redisTimeout)
}
