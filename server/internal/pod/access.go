package pod

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/auth/ratelimit"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// noteEvery is how often it is noted that a holder did something without a stream.
	noteEvery = 10 * time.Minute
	// maxNoted is how many holders are remembered for that; of more, the notes come more often.
	maxNoted = 100_000
)

// A use is that a holder did something at a mart.
type use struct {
	holder string
	mart   order.MartID
}

// wireAccess wires who may do what.
func (p *Pod) wireAccess(m *metrics) (err error) {
	o, registry := p.opts, p.opts.Devices
	revoked := &revocation.List{}
	p.wireKeys(m, revoked)
	p.gate = auth.NewGate(auth.Options{
		Keys: o.Keys, Revoked: revoked, ClientIP: o.ClientIP, StreamsPerAddress: o.StreamsPerAddress, PublishRate: o.PublishRate, MaxEvents: o.MaxEvents,
		Refused: m.countRefused, Strange: p.ring.Strange, Used: p.holders.Used, Origins: o.Origins, Log: p.log,
	})
	p.noted = ratelimit.NewLimiter[use](1/noteEvery.Seconds(), 1, maxNoted)
	p.presence = devices.NewPresence(registry, p.log)
	p.hints = p.follower.Topic(revocation.HintTopic)
	if p.backup, err = revocation.OpenBackup(o.RevokedFile, revoked, p.log); err != nil {
		return err
	}
	p.revocations = revocation.NewSync(revoked, registry.Store, func() { p.recheck(); p.backup.Changed() }, p.log)
	p.clock = revocation.NewClockOffset(registry.Store, p.log)
	m.registry.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "jumun_log_lines_lost_total", Help: "Lines of the log that its reader did not take."},
			func() float64 { return float64(o.LinesLost()) }),
		gauge("jumun_clock_offset_seconds", "How far the clock of this server is ahead of Redis's; negative: behind.",
			func() float64 { return p.clock.Ahead().Seconds() }))
	p.pairings = pairing.New(pairing.Options{
		Registry: registry,
		Sign:     p.sign(revoked),
		Holder:   func(ctx context.Context) token.Token { return auth.From(ctx).Standing() },
		Refresh:  func(ctx context.Context) error { return registry.Refresh(ctx, revoked, auth.From(ctx).Token) },
		Renew: func(ctx context.Context, t token.Token, life int64) (revocation.Renewal, error) {
			return registry.Renew(ctx, revoked, t, life)
		},
		TakeRevocations: p.gate.TakeRevocations,
		LastRevoked:     revoked.Last, ClientIP: o.ClientIP.Of, TokenLife: o.TokenLife, Count: m.countPairing, Audit: p.audit, Log: p.log,
	})
	m.registry.MustRegister(
		gauge("jumun_revocations", "Revocations that this server knows, those that were taken back included.", func() float64 { return float64(revoked.Len()) }),
		gauge("jumun_revocations_limit", "How many revocations there may be; of devices, nine tenths of that.", func() float64 { return revocation.Limit }))
	return nil
}

// device is the device that sent a request about a mart, by its token.
func device(ctx context.Context, mart order.MartID) wire.Device {
	g := auth.From(ctx)
	_, began := g.First()
	return wire.Device{ID: g.Holder(), MartID: mart, Name: g.Name, PairedAt: time.Unix(began, 0), Key: g.Key, EndsAt: g.ExpiresAt(), Roams: g.Roams}
}

// noteUse notes whose token a request has, once in a while, and calls next: of a device under its mart, of
// others under all marts. Nobody could revoke a token that nobody sees.
func (p *Pod) noteUse(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g := auth.From(r.Context())
		d := device(r.Context(), order.MartID(r.PathValue("mart")))
		if g.Role != wire.RoleDevice {
			d.MartID, d.Role, d.For = wire.AnyMart, g.Role, order.Line(fmt.Sprint(g.Marts), order.MaxName)
		}
		if _, ok := p.noted.Allow(use{d.ID, d.MartID}); ok {
			p.presence.Polled(d)
		}
		next.ServeHTTP(w, r)
	})
}

// notePoll notes a device that polls, and calls next.
func (p *Pod) notePoll(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.askRenewal(w, r)
		p.presence.Polled(device(r.Context(), order.MartID(r.PathValue("mart"))))
		next.ServeHTTP(w, r)
	})
}
