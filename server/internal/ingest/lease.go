package ingest

import (
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

const (
	// places is how many servers hear the topic at any time. What two hear costs little more than what
	// one hears; the third is there when two of them die within a few seconds.
	places = 3
	// leaseFor is how long a server keeps its place without renewing it. Nothing is lost or late
	// meanwhile, unless all who hear the topic die together. Only Redis measures it.
	leaseFor = 3 * time.Second
	// renewEvery leaves two more attempts before a lease ends.
	renewEvery = time.Second
)

var (
	//go:embed lease.lua
	leaseScript string

	leasing = redis.NewScript(leaseScript)
)

// A lease is a server's claim to one of the places. It decides only who hears the topic, and who
// records at once and who a moment later: no order depends on it.
type lease struct {
	client redis.UniversalClient
	keys   []string
	server string // a name for this server, made at its start
}

func newLease(client redis.UniversalClient, topic string) *lease {
	l := &lease{client: client, server: rand.Text()}
	for i := range places { // on one node of a Cluster, whatever the topic is called
		l.keys = append(l.keys, fmt.Sprintf("%stopic:{recorders}:%s:%d", redisconn.KeyPrefix, topic, i+1))
	}
	return l
}

// A standing is what a server knew of the places when it renewed its lease last.
type standing struct {
	place  int      // 0 records at once, 1 a moment later, and so on; places: it has none
	others []string // the other servers that hold one
}

// renew takes a place, or keeps it for leaseFor.
func (l *lease) renew(ctx context.Context) (standing, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	return l.claim(ctx, leaseFor)
}

// release gives the place back, so that the others need not wait for its end. It ends by itself where
// that fails.
func (l *lease) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leaveTimeout)
	defer cancel()
	_, _ = l.claim(ctx, time.Millisecond)
}

func (l *lease) claim(ctx context.Context, long time.Duration) (standing, error) {
	answer, err := leasing.Run(ctx, l.client, l.keys, l.server, long.Milliseconds()).Slice()
	if err != nil {
		return standing{}, err
	}
	n, ok := answer[0].(int64)
	if !ok || n < 0 || n > places {
		return standing{}, redisconn.NotOurs("the place %v", answer[0])
	}
	s := standing{place: int(n) - 1}
	if n == 0 {
		s.place = places
	}
	for _, other := range answer[1:] {
		s.others = append(s.others, fmt.Sprint(other))
	}
	return s, nil
}
