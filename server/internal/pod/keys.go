package pod

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/keyring"
	"jumun/server/internal/revocation"
	"jumun/shared/wire"
)

// wireKeys wires what servers know of each other's keys.
func (p *Pod) wireKeys(m *metrics, revoked *revocation.List) {
	p.keys = keyring.NewStore(p.opts.Orders.Client())
	p.ring = keyring.New(keyring.Options{
		Store: p.keys, Keys: p.opts.Keys, Throwaway: p.opts.Throwaway, Revoked: revoked.VoidsKey, Known: revoked.Known, Log: p.log,
	})
	p.holders = keyring.NewHolders(p.keys, p.opts.Keys, p.log)
	p.opts.OnKeys(func() {
		p.ring.Changed()
		p.hub.Recheck(wire.ByeDrain) // the device may have renewed its token meanwhile: it comes back with that
	})
	m.registry.MustRegister(heldTokens{p.ring}, gauge("jumun_keys_differ",
		"1: for ten minutes another server of this Redis has had other keys; the log says which.", func() float64 { return oneIf(p.ring.Differ()) }))
}

// recheck ends the streams that may not go on, after the revocations, or what the servers know of each
// other's keys, may have changed.
func (p *Pod) recheck() {
	p.ring.Hint()
	p.hub.Recheck(wire.ByeRevoked)
}

// sign returns what makes tokens with the keys that are not revoked, and says with which. While this
// server has other keys than the others it makes none: they would refuse it.
func (p *Pod) sign(revoked *revocation.List) func(wire.Claims) (text, kid string, err error) {
	return func(c wire.Claims) (text, kid string, err error) {
		if err := p.ring.Ready(); err != nil {
			return "", "", err
		}
		keys, now := p.opts.Keys().Without(revoked.VoidsKey), time.Now()
		if text, err = keys.Sign(c, now); err != nil {
			return "", "", err
		}
		made, err := keys.Check(text, now)
		if err == nil {
			p.holders.Issued(made)
		}
		return text, made.Key, err
	}
}

// askRenewal makes the answer to a request tell its device to renew its token, if somebody has asked for
// that.
func (p *Pod) askRenewal(w http.ResponseWriter, r *http.Request) {
	if p.ring.WantsRenewal(auth.From(r.Context()).Token) {
		w.Header().Set(wire.RenewHeader, "1")
	}
}

var heldDesc = prometheus.NewDesc("jumun_tokens", "Tokens in use that have not expired, by the key that they need; the same on every server.", []string{"key"}, nil)

// heldTokens collects how many tokens each key holds.
type heldTokens struct{ ring *keyring.Ring }

// Describe implements prometheus.Collector.
func (heldTokens) Describe(to chan<- *prometheus.Desc) { to <- heldDesc }

// Collect implements prometheus.Collector.
func (h heldTokens) Collect(to chan<- prometheus.Metric) {
	for kid, held := range h.ring.Held() {
		to <- prometheus.MustNewConstMetric(heldDesc, prometheus.GaugeValue, float64(held.Tokens), kid)
	}
}
