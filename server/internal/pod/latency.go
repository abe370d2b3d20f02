package pod

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"jumun/shared/order"
)

// Delivery takes a millisecond when all is well; 5 s is what a publisher waits for Redis, and beyond it
// something was away. A person confirms within minutes, or is not there.
var (
	deliveryBuckets     = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15, 60}
	confirmationBuckets = []float64{1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1800, 3600}
)

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}

// since returns how long ago something was recorded, by the clock of Redis, as this server knows it.
func (p *Pod) since(recorded time.Time) time.Duration {
	return max(time.Since(recorded)-p.clock.Ahead(), 0)
}

// countConfirmed counts that a person has confirmed the order whose event has this ID.
func (p *Pod) countConfirmed(m *metrics) func(order.ID) {
	return func(id order.ID) {
		if recorded := id.Time(); !recorded.IsZero() {
			m.confirmed.Observe(p.since(recorded).Seconds())
		}
	}
}
