package pod

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/ingest"
	"jumun/shared/wire"
)

// metrics are what an operator can count.
type metrics struct {
	registry  *prometheus.Registry
	orders    *prometheus.CounterVec
	malformed *prometheus.CounterVec
	ended     *prometheus.CounterVec
	resumed   *prometheus.CounterVec
	refused   *prometheus.CounterVec
	pairings  *prometheus.CounterVec
	tests     prometheus.Counter
	delivered prometheus.Counter
	delivery  prometheus.Histogram
	confirmed prometheus.Histogram
	apps      apps
}

func newMetrics(streams func() int, ready func() error, orders *eventlog.Log) *metrics {
	m := &metrics{
		registry:  prometheus.NewRegistry(),
		orders:    counters("jumun_orders_total", "Orders that came in, by the way and what became of them.", "way", "outcome"),
		malformed: counters("jumun_malformed_total", "Messages that held no order, by the way and what was wrong.", "way", "reason"),
		ended:     counters("jumun_streams_ended_total", "Streams that ended, by why; slow and stuck ones missed events.", "reason"),
		resumed:   counters("jumun_streams_resumed_total", "Streams and polls that began, by how: new, resumed, gap, malformed.", "outcome"),
		refused:   counters("jumun_refused_total", "Requests that were refused, by the role that they need and by why; busy: orders or confirmations come too fast; streams: more streams than one may have; without a role, connections: tls, http, connections: too many without a token from one address; crowded: closed for want of descriptors.", "role", "reason"),
		pairings:  counters("jumun_pairings_total", "Attempts to pair a device, and renewals, by outcome.", "outcome"),
		tests:     prometheus.NewCounter(prometheus.CounterOpts{Name: "jumun_test_alarms_total", Help: "Test alarms that administrators sent by this server."}),
		delivered: prometheus.NewCounter(prometheus.CounterOpts{Name: "jumun_events_delivered_total", Help: "Events written to devices."}),
		delivery:  histogram("jumun_delivery_seconds", "From the recording of an event until it was handed to the streams here, by Redis's clock; of what comes live, not of what devices read later.", deliveryBuckets),
		confirmed: histogram("jumun_confirmation_seconds", "From the recording of an order until a person confirmed it, of the confirmations that came to this server.", confirmationBuckets),
	}
	m.beginAtZero()
	m.registry.MustRegister(m.orders, m.malformed, m.ended, m.resumed, m.refused, m.pairings, m.tests, m.delivered, m.delivery, m.confirmed, &m.apps,
		gauge("jumun_streams_open", "Devices connected to this server.", func() float64 { return float64(streams()) }),
		passedOver("message", func() float64 { n, _ := orders.Foreign(); return float64(n) }),
		passedOver("entry", func() float64 { _, n := orders.Foreign(); return float64(n) }),
		counterOf("jumun_repeats_that_differ_total", "Repeats of an order of which a field differed: two orders may have one key.", orders.Repeats),
		gauge("jumun_replicas_missing", "Whether too few replicas had taken the last order: 1 or 0.", func() float64 {
			return oneIf(orders.ReplicasMissing())
		}),
		gauge("jumun_redis_up", "Whether Redis can be used: 1 or 0.", func() float64 { return up(ready()) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// addWaysIn adds the metrics of the ways in.
func (m *metrics) addWaysIn(topic, stream func() error, backlogs map[string]func() int, failing func() int) {
	for way, backlog := range backlogs {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "jumun_way_in_backlog", Help: "Orders of this way that came and are not recorded yet: of the topic on this server, of the stream in Redis.",
			ConstLabels: prometheus.Labels{"way": way},
		}, func() float64 { return float64(backlog()) }))
	}
	for way, err := range map[string]func() error{ingest.Topic: topic, ingest.Stream: stream} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "jumun_way_in_up", Help: "Whether orders of this way are read: 1 or 0.", ConstLabels: prometheus.Labels{"way": way},
		}, func() float64 { return up(err()) }))
	}
	m.registry.MustRegister(gauge("jumun_marts_failing", "Marts whose last order could not be recorded; the log names them.", func() float64 { return float64(failing()) }))
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func gauge(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
}

func counterOf(name, help string, value func() int64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
}

func passedOver(what string, value func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "jumun_foreign_total", Help: "Messages on marts' channels and entries of their logs that were passed over: not written by jumun.",
		ConstLabels: prometheus.Labels{"what": what},
	}, value)
}

func up(err error) float64 { return oneIf(err == nil) }

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) countOrder(way, outcome string)    { m.orders.WithLabelValues(way, outcome).Inc() }
func (m *metrics) countMalformed(way, reason string) { m.malformed.WithLabelValues(way, reason).Inc() }
func (m *metrics) countRefused(needed wire.Role, reason string) {
	m.refused.WithLabelValues(string(needed), reason).Inc()
}
func (m *metrics) countPairing(outcome string) { m.pairings.WithLabelValues(outcome).Inc() }
func (m *metrics) countEnded(reason string)    { m.ended.WithLabelValues(reason).Inc() }
func (m *metrics) countResumed(outcome string) { m.resumed.WithLabelValues(outcome).Inc() }
