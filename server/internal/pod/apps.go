package pod

import (
	"regexp"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// maxApps is how many versions of the app are told apart: a device says which it is, and could say a new
// one each time. Those beyond it are counted as otherApp.
const maxApps = 50

const (
	unknownApp = "unknown" // an app that does not say, or something else, such as curl
	otherApp   = "other"
)

// appVersion finds the version in the User-Agent of the app, without the commit behind a "+".
var appVersion = regexp.MustCompile(`^jumun/([0-9A-Za-z.-]{1,32})(\+|$)`)

var appsDesc = prometheus.NewDesc("jumun_streams_by_app", "Streams that are open on this server, by the version of the app.", []string{"version"}, nil)

// apps counts open streams by the version of the app. The zero value is ready. It is safe for concurrent use.
type apps struct {
	mu     sync.Mutex
	counts map[string]*atomic.Int64
}

// of returns the counter of the app that sent a User-Agent.
func (a *apps) of(userAgent string) *atomic.Int64 {
	version := unknownApp
	if found := appVersion.FindStringSubmatch(userAgent); found != nil {
		version = found[1]
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.counts == nil {
		a.counts = map[string]*atomic.Int64{unknownApp: {}, otherApp: {}}
	}
	if a.counts[version] == nil && len(a.counts) >= maxApps {
		version = otherApp
	}
	if a.counts[version] == nil {
		a.counts[version] = &atomic.Int64{}
	}
	return a.counts[version]
}

// Describe implements prometheus.Collector.
func (*apps) Describe(to chan<- *prometheus.Desc) { to <- appsDesc }

// Collect implements prometheus.Collector.
func (a *apps) Collect(to chan<- prometheus.Metric) {
	a.of("") // there is a series though nobody has come yet
	a.mu.Lock()
	defer a.mu.Unlock()
	for version, n := range a.counts {
		to <- prometheus.MustNewConstMetric(appsDesc, prometheus.GaugeValue, float64(n.Load()), version)
	}
}
