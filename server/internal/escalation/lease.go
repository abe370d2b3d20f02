package escalation

import (
	"context"
	"crypto/rand"
	_ "embed"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
)

const (
	// leaseFor is how long the server that acts does so without renewing its lease: another takes over when it
	// was killed. renewEvery leaves two more attempts.
	leaseFor, renewEvery = 4 * time.Second, time.Second
	// leaseTimeout ends an attempt to renew.
	leaseTimeout = time.Second
	// keepLast is how long it is known when somebody acted last.
	keepLast = 24 * time.Hour
)

var (
	//go:embed lease.lua
	leaseScript string

	leasing = redis.NewScript(revocation.NowScript + leaseScript)
)

// A lease makes one of the servers the one that acts. That two act for a moment does no harm: what both find out
// has the same ID, and is told once.
type lease struct {
	client redis.UniversalClient
	server string // a name for this server, made at its start
}

func newLease(client redis.UniversalClient) lease { return lease{client, rand.Text()} }

// renew takes or keeps the lease. gap is for how long nobody had acted; negative: that is not known.
func (l lease) renew(ctx context.Context) (acts bool, gap time.Duration, err error) {
	return l.claim(ctx, leaseFor)
}

// release gives the lease back, so that others need not wait for its end.
func (l lease) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTimeout)
	defer cancel()
	_, _, _ = l.claim(ctx, 0)
}

func (l lease) claim(ctx context.Context, long time.Duration) (acts bool, gap time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseTimeout)
	defer cancel()
	keys := []string{redisconn.KeyPrefix + "{escalation}:acts", redisconn.KeyPrefix + "{escalation}:acted"}
	answer, err := leasing.Run(ctx, l.client, keys, l.server, long.Milliseconds(), keepLast.Milliseconds()).Int64Slice()
	if err != nil || len(answer) != 2 {
		return false, 0, err
	}
	return answer[0] == 1, time.Duration(answer[1]) * time.Millisecond, nil
}
