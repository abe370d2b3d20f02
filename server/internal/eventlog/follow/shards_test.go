package follow

import (
	"context"
	"fmt"
	"testing"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
)

// spread returns a mart on each node of a Cluster.
func spread(c *redistest.Cluster) (marts []order.MartID) {
	for _, node := range c.Nodes {
		for i := 0; ; i++ {
			if m := order.MartID(fmt.Sprint(i)); c.Node(eventlog.LogKey(m)) == node {
				marts = append(marts, m)
				break
			}
		}
	}
	return marts
}

func TestMartsOnEveryNodeOfAClusterAreHeard(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t)
	r, other := run(t, cluster.URL()), open(t, cluster.URL())
	marts := spread(cluster)
	for _, m := range marts {
		r.watch(t, m)
	}
	r.until(t, true)
	for _, m := range marts {
		r.record(t, other, m, "1")
		missed, _ := put(t, other, m, "missed", "")
		next, _ := put(t, other, m, "next", "SPUBLISH")
		r.wants(t, missed, next)
	}
	r.restartsOf(t, cluster, other, marts)
	r.movesOf(t, cluster, other)
	r.wantsNoLoss(t)
}

func (r *running) record(t *testing.T, by *Follower, mart order.MartID, number string) {
	t.Helper()
	want, _ := put(t, by, mart, number, "SPUBLISH")
	r.wants(t, want)
}

// restartsOf kills a node and sees that nothing is lost.
func (r *running) restartsOf(t *testing.T, cluster *redistest.Cluster, other *Follower, marts []order.MartID) {
	t.Helper()
	for i, node := range cluster.Nodes {
		node.Kill()
		within(t, patience, "the mart of a dead node is said to be heard", func() bool { heard, _ := r.Heard(marts[i]); return !heard })
		node.Restart()
		cluster.Await()
		want, _ := put(t, other, marts[i], "meanwhile", "SPUBLISH")
		r.wants(t, want)
		r.until(t, true)
		for _, m := range marts {
			r.watch(t, m)
			r.record(t, other, m, "again")
		}
	}
}

// movesOf gives the slot of a mart to another node and sees that the mart follows.
func (r *running) movesOf(t *testing.T, cluster *redistest.Cluster, other *Follower) {
	t.Helper()
	const mart = "moves"
	r.watch(t, mart)
	slot := cluster.Nodes[0].Ask("CLUSTER", "KEYSLOT", eventlog.LogKey(mart))
	from := cluster.Node(eventlog.LogKey(mart))
	for _, to := range cluster.Nodes {
		if to == from {
			continue
		}
		id := to.Ask("CLUSTER", "MYID")
		for _, n := range cluster.Nodes {
			n.Ask("CLUSTER", "SETSLOT", slot, "NODE", id)
		}
		want, _ := put(t, other, mart, "moved", "SPUBLISH")
		r.wants(t, want)
		return
	}
}

func TestAClusterWithoutMartsIsReady(t *testing.T) {
	t.Parallel()
	r := run(t, redistest.StartCluster(t).URL())
	r.until(t, true)
	r.watch(t, "42")
	r.Unwatch("42")
	within(t, patience, "a listener without marts goes on", func() bool {
		r.marts.mu.Lock()
		defer r.marts.mu.Unlock()
		return len(r.marts.listeners) == 0
	})
	r.until(t, true)
}

func TestATopicIsHeardOnACluster(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t)
	r := open(t, cluster.URL())
	heard := make(chan string, 10)
	topic := r.Topic("order")
	during(t, func(ctx context.Context) { _ = topic.Run(ctx, func(p []byte) { heard <- string(p) }, nil) })
	within(t, patience, "the topic is not heard", func() bool { return topic.listener.ready() == nil })
	for i, n := range cluster.Nodes {
		n.Ask("PUBLISH", "order", fmt.Sprint(i))
		if got := <-heard; got != fmt.Sprint(i) {
			t.Errorf("heard %q", got)
		}
	}
}
