package relay

import (
	"io"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"jumun/shared/wire"
)

// counts are what an operator can count.
type counts struct {
	registry  *prometheus.Registry
	sent, bad prometheus.Counter
}

func newCounts(r *Relay) counts {
	c := counts{
		registry: prometheus.NewRegistry(),
		sent:     prometheus.NewCounter(prometheus.CounterOpts{Name: "jumun_outbox_sent_total", Help: "Rows that were handed to the intake stream."}),
		bad:      prometheus.NewCounter(prometheus.CounterOpts{Name: "jumun_outbox_bad_total", Help: "Rows that were no order, and are in jumun_outbox_bad."}),
	}
	c.registry.MustRegister(c.sent, c.bad,
		gauge("jumun_outbox_oldest_seconds", "For how long the oldest row waits; 0: none does.", func() float64 { return r.health.age().Seconds() }),
		gauge("jumun_outbox_up", "Whether orders are forwarded: 1, or 0 while the database or Redis is away or refuses.", func() float64 {
			if r.health.isUp() {
				return 1
			}
			return 0
		}),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return c
}

func gauge(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
}

// Handler returns what serves probes and metrics.
func (r *Relay) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+wire.LivePath, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET "+wire.ReadyPath, r.ready)
	mux.Handle("GET "+wire.MetricsPath, promhttp.HandlerFor(r.counts.registry, promhttp.HandlerOpts{}))
	return mux
}

// ready answers whether orders are forwarded. The reason is in the log: it may tell names of hosts.
func (r *Relay) ready(w http.ResponseWriter, _ *http.Request) {
	if !r.health.isUp() {
		answer(w, http.StatusServiceUnavailable, "orders wait in the outbox: the log says why\n")
		return
	}
	answer(w, http.StatusOK, "ok\n")
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}
