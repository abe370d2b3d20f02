package follow

import (
	"context"
	"crypto/rand"
	"errors"

	"jumun/server/internal/redisconn"

	"github.com/redis/go-redis/v9"
)

// connect opens a connection for a session, and names the channel for its probe: one
// that the node at its other end serves.
type connect func(ctx context.Context) (conn *redis.PubSub, probe string, err error)

var errMoved = errors.New("its marts have moved to another node")

// connectTo connects to one node of the Cluster. A connection is made when there was none, or
// when one ended: both are reasons to ask the Cluster again which node serves which slot.
func (s *shards) connectTo(l *listener, node string) connect {
	id := probeID()
	return func(ctx context.Context) (*redis.PubSub, string, error) {
		s.cluster.ReloadState(ctx)
		mart := l.any()
		at, err := s.cluster.MasterForKey(ctx, mart)
		if err != nil {
			return nil, "", err
		}
		if at.Options().Addr != node {
			return nil, "", errMoved
		}
		return at.SSubscribe(ctx), mart + ":probe:" + id, nil
	}
}

// connectAnywhere connects to the node that has channel's slot, as good as any other, or to the
// single Redis: on a Cluster plain channels are published on every node.
func connectAnywhere(client redis.UniversalClient, channel string) connect {
	probe := redisconn.KeyPrefix + "probe:" + probeID()
	return func(ctx context.Context) (*redis.PubSub, string, error) {
		cluster, is := client.(*redis.ClusterClient)
		if !is {
			return client.Subscribe(ctx), probe, nil
		}
		node, err := cluster.MasterForKey(ctx, channel)
		if err != nil {
			return nil, "", err
		}
		return node.Subscribe(ctx), probe, nil
	}
}

// probeID returns a random name, so that a listener does not take another pod's probe for
// its own.
func probeID() string { return rand.Text() }
