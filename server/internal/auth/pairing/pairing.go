// Package pairing gives devices their tokens, and takes them away: it makes one-time codes,
// exchanges a code, or an enrolment key, for a token, renews tokens, lists devices and revokes.
package pairing

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/auth/ratelimit"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/server/internal/requestid"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// tellEvery is how often the same is logged of one device.
	tellEvery = time.Minute
	// maxTold is how many devices are remembered for that.
	maxTold = 1000
)

// redisTimeout bounds all calls to Redis for one request.
const redisTimeout = 5 * time.Second

// A Registry stores what all servers share: the pairings that are offered, the devices and
// the revocations. It is a *devices.Registry, and a fake in tests.
type Registry interface {
	offerer
	// Redeem takes what is offered under a key, so that nobody can take it again. It returns
	// devices.ErrNoOffer if nothing is offered.
	Redeem(ctx context.Context, key string) (devices.Offer, error)
	// Offered returns the same, and takes nothing.
	Offered(ctx context.Context, key string) (devices.Offer, error)
	enroller
	linker
	// Now returns the time by Redis's clock, by which tokens are revoked.
	Now(ctx context.Context) (time.Time, error)
	// Enrol lists a device: its ID, name and mart, and when and by whom it was paired. If the
	// device is listed already, Enrol replaces the name and the time.
	Enrol(ctx context.Context, d wire.Device) error
	// Devices returns the devices of a mart.
	Devices(ctx context.Context, mart order.MartID) ([]wire.Device, error)
	// Find returns what is listed of a device at any of these marts; without marts, where it was seen.
	Find(ctx context.Context, id string, marts ...order.MartID) ([]wire.Device, error)
	revoker
}

// A revoker is a *revocation.Store.
type revoker interface {
	// Revoke stores revocations, at Redis's time, and tells all servers.
	Revoke(ctx context.Context, list ...wire.Revocation) error
	// RevokeAt does so for a holder at some marts; everywhere: servers of before void it at all.
	RevokeAt(ctx context.Context, holder string, marts []order.MartID, everywhere bool, share revocation.Share) error
	// Undo takes a revocation back, and reports whether there was one.
	Undo(ctx context.Context, r wire.Revocation) (was bool, err error)
	// Page returns some of the revocations, and where the next begin; "" is the first, and after the last.
	Page(ctx context.Context, from string) (some []wire.Revocation, next string, err error)
}

type offerer interface {
	// Offer stores an offer under a key, for a time.
	Offer(ctx context.Context, key string, o devices.Offer, life time.Duration) error
}

// A linker stores what the links of administrators are good for; see devices.Registry.
type linker interface {
	linkOfferer
	TakeLink(ctx context.Context, key string) (sealed string, err error)
}

type linkOfferer interface {
	OfferLink(ctx context.Context, key, sealed string) error
}

// An enroller stores enrolment keys; see devices.Registry.
type enroller interface {
	enrolmentAdder
	LookEnrolment(ctx context.Context, hash string, asked wire.EnrolRequest) (devices.Enrolled, error)
	TakeEnrolment(ctx context.Context, hash string, asked wire.EnrolRequest, device string) (devices.Enrolled, error)
	Enrolments(ctx context.Context, may func(wire.ListedEnrolment) bool) ([]wire.ListedEnrolment, error)
	FindEnrolment(ctx context.Context, id string, may func(wire.ListedEnrolment) bool) (wire.ListedEnrolment, error)
	EndEnrolment(ctx context.Context, id, by string, may func(wire.ListedEnrolment) bool) error
	MartName(ctx context.Context, mart order.MartID) (string, error)
}

type enrolmentAdder interface {
	AddEnrolment(ctx context.Context, o devices.NewEnrolment) (ends time.Time, err error)
}

// Options are what a Handler needs. Every field must be set, and every func must be safe
// for concurrent use.
type Options struct {
	Registry Registry
	// Sign makes a token with these claims, and returns the kid of the key that signed it.
	Sign func(wire.Claims) (text, kid string, err error)
	// Holder returns the token of a request, without the marts at which it was revoked. It was
	// verified before.
	Holder func(context.Context) token.Token
	// Refresh makes Holder answer by what Redis knows now of the token of a request: what is done with a
	// token must not be done after it was revoked because this server was told late.
	Refresh func(context.Context) error
	// TakeRevocations reports whether the administrator of a request may write n more revocations now.
	// Otherwise it answers.
	TakeRevocations func(w http.ResponseWriter, r *http.Request, n int) bool
	// Renew decides whether a token may be made of the one of a request that lives for so many seconds, as
	// revocation.Store.Renew does. After it, Holder answers by what Redis knows.
	Renew func(ctx context.Context, t token.Token, life int64) (revocation.Renewal, error)
	// LastRevoked returns when the tokens of a mart were last revoked, by Redis's clock.
	LastRevoked func(order.MartID) time.Time
	// ClientIP returns the address of a client; of IPv6 its /64. Attempts are counted by it, and by
	// the networks around it.
	ClientIP func(*http.Request) netip.Addr

	TokenLife time.Duration        // in whole seconds
	Count     func(outcome string) // counts a pairing or renewal by its outcome
	// Audit keeps what somebody did, with attributes as the log has them.
	Audit func(ctx context.Context, did string, attributes ...any)
	Log   *slog.Logger
}

// The outcomes of a pairing or a renewal.
const (
	Paired    = "paired"
	Enrolled  = "enrolled" // paired by an enrolment key
	Renewed   = "renewed"
	Again     = "again"     // renewed, though a newer token exists
	Wrong     = "wrong"     // the code, or the enrolment key, was wrong
	Throttled = "throttled" // the code was not tried: too many attempts
	Failed    = "failed"    // Redis or the signing failed
)

// A Handler serves the requests about tokens. Make one with New. It is safe for concurrent
// use. Every answer forbids storing.
type Handler struct {
	o        Options
	attempts *ratelimit.Attempts[netip.Prefix]
	kdf      kdfLimiter
	told     *ratelimit.Limiter[string] // which devices were logged
	noise    rate.Sometimes             // while Redis is away every request fails
	wrong    rate.Sometimes             // strangers guess codes
}

// New returns a Handler.
func New(o Options) *Handler {
	return &Handler{
		o:        o,
		attempts: ratelimit.NewAttempts[netip.Prefix](forgetAfter, maxNetworks),
		told:     ratelimit.NewLimiter[string](1/tellEvery.Seconds(), 1, maxTold),
		noise:    rate.Sometimes{First: 3, Interval: 10 * time.Second},
		wrong:    rate.Sometimes{First: 5, Interval: 10 * time.Second},
	}
}

// did logs what somebody did, and keeps it.
func (h *Handler) did(ctx context.Context, what string, attributes ...any) {
	h.o.Log.InfoContext(ctx, what, append(attributes, "request", requestid.Of(ctx))...)
	h.o.Audit(ctx, what, attributes...)
}

// unavailable answers that Redis or the signing failed, and logs why.
func (h *Handler) unavailable(w http.ResponseWriter, doing string, err error) {
	h.noise.Do(func() { h.o.Log.Warn(doing+" failed", "err", err) })
	httperror.NotReady(w)
}

func withRedisTimeout(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.Context(), redisTimeout)
}
