package pod

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/devices"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// wireAccess wires who may do what.
func (p *Pod) wireAccess(m *metrics) {
	o, registry := p.opts, p.opts.Devices
	revoked := &revocation.List{}
	p.gate = auth.NewGate(auth.Options{
		Keys: o.Keys, Revoked: revoked, ClientIP: o.ClientIP, StreamsPerAddress: o.StreamsPerAddress, PublishRate: o.PublishRate,
		Refused: m.countRefused, Log: p.log,
	})
	o.OnKeys(p.hub.Recheck)
	p.presence = devices.NewPresence(registry, p.log)
	p.hints = p.follower.Topic(revocation.HintTopic)
	p.revocations = revocation.NewSync(revoked, registry.Store, p.hub.Recheck, p.log)
	p.clock = revocation.NewClockOffset(registry.Store, p.log)
	m.registry.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "jumun_log_lines_lost_total", Help: "Lines of the log that its reader did not take."},
			func() float64 { return float64(o.LinesLost()) }),
		gauge("jumun_clock_offset_seconds", "How far the clock of this server is ahead of Redis's; negative: behind.",
			func() float64 { return p.clock.Ahead().Seconds() }))
	p.pairings = pairing.New(pairing.Options{
		Registry: registry,
		Sign:     func(c wire.Claims) (string, error) { return o.Keys().Without(revoked.VoidsKey).Sign(c, time.Now()) },
		Holder:   func(ctx context.Context) wire.Claims { return auth.From(ctx).Standing() },
		ValidAt:  p.validAt, Valid: p.valid, LastRevoked: revoked.Last, ClientIP: o.ClientIP.Of, TokenLife: o.TokenLife, Count: m.countPairing, Log: p.log,
	})
}

// validAt reports whether the token of a request is not revoked at a mart, by the list as
// Redis has it now.
func (p *Pod) validAt(ctx context.Context, mart order.MartID) (bool, error) {
	err := p.revocations.Refresh(ctx)
	return err == nil && auth.From(ctx).Stands(mart), err
}

// valid reports the same of every mart that the token is for.
func (p *Pod) valid(ctx context.Context) (bool, error) {
	err := p.revocations.Refresh(ctx)
	return err == nil && auth.From(ctx).Whole(), err
}

// device is the device that sent a request about a mart, by its token.
func device(ctx context.Context, mart order.MartID) wire.Device {
	c := auth.From(ctx).Claims
	return wire.Device{ID: c.Subject, MartID: mart, Name: c.Name, PairedAt: time.Unix(c.IssuedAt, 0)}
}

// notePoll notes a device that polls, and calls next.
func (p *Pod) notePoll(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.presence.Polled(device(r.Context(), order.MartID(r.PathValue("mart"))))
		next.ServeHTTP(w, r)
	})
}
