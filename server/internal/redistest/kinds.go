package redistest

import (
	"net"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"
)

// OnEach runs a test on a real Redis, on a real Cluster, and on the Redis that jumun-server
// can run in its own process, each empty, beside other tests.
func OnEach(t *testing.T, test func(t *testing.T, url string)) {
	t.Parallel()
	OnBoth(t, test)
	t.Run("cluster", func(t *testing.T) { test(t, StartCluster(t).URL()) })
}

// OnBoth runs a test on a real Redis and on the one that jumun-server can run in its own
// process, each empty.
func OnBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("redis-server", func(t *testing.T) { test(t, Start(t).URL()) })
	t.Run("miniredis", func(t *testing.T) {
		m := miniredis.RunT(t)
		m.ClockTTL(true)
		// It may end only when nobody asks it any more: INFO reads what its end writes.
		t.Cleanup(func() { until(t, "all have left", func() bool { return m.CurrentConnectionCount() == 0 }) })
		test(t, "redis://"+m.Addr())
	})
}

// StartOneNodeCluster runs a Cluster of one node, which answers as one of many: scripts
// that touch a key they did not declare, or two slots, fail there. It returns the address
// of the node.
func StartOneNodeCluster(t testing.TB) (address string) {
	t.Helper()
	node := Start(t, "--cluster-enabled", "yes")
	host, _, _ := net.SplitHostPort(node.Addr())
	node.Ask("CONFIG", "SET", "cluster-announce-ip", host) // it has met no other that could tell it
	node.Ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
	for !strings.Contains(node.Ask("CLUSTER", "INFO"), "cluster_state:ok") {
	}
	return node.Addr()
}
