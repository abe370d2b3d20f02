package pod

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/pairing"
	"jumun/server/internal/ingest"
	"jumun/server/internal/sse"
	"jumun/shared/wire"
)

// beginAtZero makes every series that is known before it counts: one that begins at 1 has no increase,
// so that an alert would miss the first.
func (m *metrics) beginAtZero() {
	for way, last := range map[string]string{ingest.Topic: ingest.Dropped, ingest.Stream: "", ingest.HTTP: ingest.Refused} {
		for _, outcome := range []string{ingest.Recorded, ingest.Duplicate, ingest.Failed, last} {
			if outcome != "" {
				m.orders.WithLabelValues(way, outcome)
			}
		}
		for _, reason := range []string{wire.ReasonEmpty, wire.ReasonTooLong, wire.ReasonNotUTF8, wire.ReasonSerializer, wire.ReasonNotJSON, wire.ReasonMartID, wire.ReasonOrderID} {
			m.malformed.WithLabelValues(way, reason)
		}
	}
	begin(m.ended, wire.ByeDrain, wire.ByeLifetime, wire.ByeSlow, wire.ByeRevoked, wire.ByeExpired, sse.Disconnected, sse.Stuck)
	begin(m.resumed, sse.Fresh, sse.Resumed, sse.Gap, sse.Malformed)
	begin(m.pairings, pairing.Paired, pairing.Enrolled, pairing.Renewed, pairing.Again, pairing.Wrong, pairing.Throttled, pairing.Failed)
	for _, role := range []wire.Role{wire.RoleDevice, wire.RolePublisher, wire.RoleAdmin} {
		for _, reason := range []string{auth.NoToken, auth.Unknown, auth.Expired, auth.Voided, auth.Replaced, auth.Forbidden, auth.TooMany} {
			m.refused.WithLabelValues(string(role), reason)
		}
	}
	m.refused.WithLabelValues(string(wire.RoleDevice), auth.TooManyStreams)
	m.refused.WithLabelValues(string(wire.RoleDevice), noDescriptors)
	for _, reason := range []string{badTLS, badHTTP, crashed, fromOneAddress, crowdedOut} {
		m.refused.WithLabelValues("", reason)
	}
}

func begin(c *prometheus.CounterVec, values ...string) {
	for _, value := range values {
		c.WithLabelValues(value)
	}
}

// buildInfo is always 1; its labels say what runs.
func buildInfo(version string) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "jumun_build_info", Help: "1; the labels say which jumun-server this is, and of which Go.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	}, func() float64 { return 1 })
}
