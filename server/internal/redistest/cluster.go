package redistest

import (
	"strconv"
	"strings"
	"testing"
)

// slots is how many a Cluster has.
const slots = 16384

// A Cluster is three masters, each with a third of the slots. They keep what they hold
// on disk, and have no replicas.
type Cluster struct {
	t     testing.TB
	Nodes []*Redis
}

// StartCluster starts a Cluster, and kills it at the end of the test. It returns once
// every node takes writes.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{t: t}
	var buses []string
	for range 3 {
		bus := strconv.Itoa(freePort(t, ownHost())) // by default it is the port + 10000, which may be taken
		buses = append(buses, bus)
		c.Nodes = append(c.Nodes, Start(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000",
			"--cluster-port", bus, "--cluster-announce-ip", ownHost(), "--appendonly", "yes"))
	}
	for i, n := range c.Nodes {
		n.Ask("CLUSTER", "ADDSLOTSRANGE", strconv.Itoa(i*slots/3), strconv.Itoa((i+1)*slots/3-1))
		n.Ask("CLUSTER", "SET-CONFIG-EPOCH", strconv.Itoa(i+1))
		if i > 0 {
			c.Nodes[0].Ask("CLUSTER", "MEET", n.host, strconv.Itoa(n.port), buses[i])
		}
	}
	c.Await()
	return c
}

// Await returns once every node takes writes, and has a link to every other: what is
// published reaches them all then.
func (c *Cluster) Await() {
	c.t.Helper()
	for _, n := range c.Nodes {
		until(c.t, n.Addr()+" is part of the Cluster", func() bool {
			return n.says("CLUSTER INFO", "cluster_state:ok", "cluster_known_nodes:3") && n.linked(len(c.Nodes))
		})
	}
}

// linked reports whether a node has a link to all of as many, itself included.
func (r *Redis) linked(nodes int) bool {
	answer, err := r.ask("CLUSTER", "NODES")
	return err == nil && strings.Count(answer, " connected") == nodes && !strings.Contains(answer, "handshake")
}

// Node returns the node that has the slot of key.
func (c *Cluster) Node(key string) *Redis {
	c.t.Helper()
	slot, err := strconv.Atoi(c.Nodes[0].Ask("CLUSTER", "KEYSLOT", key))
	if err != nil {
		c.t.Fatal(err)
	}
	for i, n := range c.Nodes {
		if slot < (i+1)*slots/3 {
			return n
		}
	}
	return nil
}

// URL is where it listens, as redis+cluster://host:port?addr=host:port&addr=host:port.
func (c *Cluster) URL() string { return urlOf("cluster", c.Nodes) }

// urlOf names several servers of one kind.
func urlOf(kind string, servers []*Redis) string {
	url := "redis+" + kind + "://" + servers[0].Addr() + "?"
	for _, s := range servers[1:] {
		url += "addr=" + s.Addr() + "&"
	}
	return url[:len(url)-1]
}
