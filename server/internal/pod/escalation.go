package pod

import (
	"github.com/prometheus/client_golang/prometheus"

	"jumun/server/internal/escalation"
	"jumun/shared/wire"
)

// newEscalator returns what tells people outside of the stores, and adds its metrics.
func newEscalator(o Options, m *metrics) (*escalation.Escalator, error) {
	told := counters("jumun_escalations_total", "What people outside of the stores are to be told, by the cause.", "cause")
	webhooks := counters("jumun_webhooks_total", "Attempts to tell them, by target and outcome: sent, again, failed, dropped.", "target", "outcome")
	e, err := escalation.New(escalation.Options{
		Watched: escalation.Watched{Orders: o.Orders, Devices: o.Devices}, PolicyFile: o.PolicyFile,
		CountEscalation: func(cause string) { told.WithLabelValues(cause).Inc() },
		CountWebhook:    func(target, outcome string) { webhooks.WithLabelValues(target, outcome).Inc() },
		Log:             o.Log,
	})
	if err != nil {
		return nil, err
	}
	for _, c := range escalation.Causes() {
		told.WithLabelValues(string(c))
	}
	for _, name := range e.TargetNames() {
		for _, outcome := range escalation.Outcomes {
			webhooks.WithLabelValues(name, outcome)
		}
	}
	m.registry.MustRegister(told, webhooks, martStates{e})
	return e, nil
}

var (
	martsDesc  = prometheus.NewDesc("jumun_marts", "Marts by whether orders are heard there: heard, unknown, unheard; 0 on the servers that do not look.", []string{"state"}, nil)
	openDesc   = prometheus.NewDesc("jumun_orders_open", "Orders that nobody has answered; 0 on the servers that do not look.", nil, nil)
	oldestDesc = prometheus.NewDesc("jumun_oldest_order_seconds", "How old the oldest order is that nobody has answered, of each mart that has one, now; none on the servers that do not look.", nil, nil)
)

// oldestBuckets are the bounds of the ages: from what is usual to what the log keeps.
var oldestBuckets = []float64{10, 30, 60, 180, 600, 1800, 3600, 6 * 3600, 24 * 3600}

// martStates collects what the server that acts has seen of the marts.
type martStates struct{ e *escalation.Escalator }

// Describe implements prometheus.Collector.
func (martStates) Describe(to chan<- *prometheus.Desc) {
	to <- martsDesc
	to <- openDesc
	to <- oldestDesc
}

// Collect implements prometheus.Collector.
func (s martStates) Collect(to chan<- prometheus.Metric) {
	marts := s.e.Statuses()
	states := map[wire.MartState]int{wire.MartHeard: 0, wire.MartUnknown: 0, wire.MartUnheard: 0}
	open, sum, ages, below := 0, 0.0, uint64(0), make(map[float64]uint64)
	for _, m := range marts {
		states[m.State]++
		open += m.OrdersOpen
		if m.OrdersOpen == 0 {
			continue
		}
		ages++
		sum += float64(m.OldestAge)
		for _, bound := range oldestBuckets {
			if float64(m.OldestAge) <= bound {
				below[bound]++
			}
		}
	}
	for state, n := range states {
		to <- prometheus.MustNewConstMetric(martsDesc, prometheus.GaugeValue, float64(n), string(state))
	}
	for _, bound := range oldestBuckets { // those without any, too
		below[bound] += 0
	}
	to <- prometheus.MustNewConstMetric(openDesc, prometheus.GaugeValue, float64(open))
	to <- prometheus.MustNewConstHistogram(oldestDesc, ages, sum, below)
}
