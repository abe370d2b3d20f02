package follow

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"

	"jumun/server/internal/redisconn"

	"github.com/redis/go-redis/v9"
)

// connect opens a connection for a session.
type connect func(ctx context.Context) (connection, error)

// A connection is what a session receives by. Its probe is a channel that the node at its other end
// serves: what publish publishes there must come back.
type connection struct {
	*redis.PubSub
	probe   string
	publish func(ctx context.Context) error
}

var errMoved = errors.New("its marts have moved to another node")

// connectTo connects to one node of the Cluster. A connection is made when there was none, or
// when one ended: both are reasons to ask the Cluster again which node serves which slot.
func (s *shards) connectTo(l *listener, node string) connect {
	id := probeID()
	return func(ctx context.Context) (connection, error) {
		s.cluster.ReloadState(ctx)
		mart := l.any()
		at, err := s.cluster.MasterForKey(ctx, mart)
		if err != nil {
			return connection{}, err
		}
		if at.Options().Addr != node {
			return connection{}, errMoved
		}
		probe := mart + ":probe:" + id
		return connection{at.SSubscribe(ctx), probe, func(ctx context.Context) error { return s.cluster.SPublish(ctx, probe, "").Err() }}, nil
	}
}

// connectAnywhere connects to the single Redis, or to one node of a Cluster after another: there plain
// channels are published on every node, and one that hangs must not make a topic deaf. The first is
// that of the channel's slot, whose publishers are told how many have heard. The probe is published on
// the next node, so that it shows whether the nodes hear each other.
func connectAnywhere(client redis.UniversalClient, channel string) connect {
	probe, attempts := redisconn.KeyPrefix+"probe:"+probeID(), 0
	return func(ctx context.Context) (connection, error) {
		nodes, err := nodesOf(ctx, client, channel)
		if err != nil {
			return connection{}, err
		}
		at, next := nodes[attempts%len(nodes)], nodes[(attempts+1)%len(nodes)]
		attempts++
		return connection{at.Subscribe(ctx), probe, func(ctx context.Context) error { return next.Publish(ctx, probe, "").Err() }}, nil
	}
}

// nodesOf returns the masters of a Cluster, that of the channel's slot first, or the single Redis.
func nodesOf(ctx context.Context, client redis.UniversalClient, channel string) ([]redis.UniversalClient, error) {
	cluster, is := client.(*redis.ClusterClient)
	if !is {
		return []redis.UniversalClient{client}, nil
	}
	var mu sync.Mutex
	var masters []*redis.Client
	err := cluster.ForEachMaster(ctx, func(_ context.Context, master *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		masters = append(masters, master)
		return nil
	})
	if err == nil && len(masters) == 0 {
		err = errors.New("the Cluster has no node yet")
	}
	first, firstErr := cluster.MasterForKey(ctx, channel)
	slices.SortFunc(masters, func(x, y *redis.Client) int { return cmp.Compare(x.Options().Addr, y.Options().Addr) })
	if at := slices.Index(masters, first); firstErr == nil && at > 0 {
		masters = slices.Concat(masters[at:], masters[:at])
	}
	nodes := make([]redis.UniversalClient, len(masters))
	for i, m := range masters {
		nodes[i] = m
	}
	return nodes, err
}

// probeID returns a random name, so that a listener does not take another pod's probe for
// its own.
func probeID() string { return rand.Text() }
