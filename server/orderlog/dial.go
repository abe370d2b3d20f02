package orderlog

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Short enough that a pod notices within seconds, long enough for a failover's hiccup.
const (
	dialTimeout = 2 * time.Second
	ioTimeout   = 3 * time.Second
)

// idleTimeout throws away connections that nobody used: when packets are dropped on the
// way, those in the pool look well for ever, and each would cost whoever gets it a timeout.
const idleTimeout = 5 * time.Second

// errAddress does not repeat the address. The library's errors quote what they took for
// a port or a path, which may be half of a password with a slash in it.
var errAddress = errors.New("not a Redis URL, or special characters of its password are not written as %XX")

var errNoMaster = errors.New("a Redis URL of Sentinels needs ?master_name=, the name by which they know the Redis")

// dial prepares a client for one Redis, for one behind Sentinels, or for a Cluster.
func dial(address string) (redis.UniversalClient, error) {
	redis.SetLogger(silent{})
	scheme, rest, _ := strings.Cut(address, "://")
	scheme, kind, _ := strings.Cut(scheme, "+")
	if kind != "" && scheme != "redis" && scheme != "rediss" {
		return nil, errAddress
	}
	switch kind {
	case "":
		return dialOne(address)
	case "sentinel":
		return dialSentinel(scheme + "://" + rest)
	case "cluster":
		return dialCluster(scheme + "://" + rest)
	}
	return nil, errAddress
}

func dialOne(address string) (redis.UniversalClient, error) {
	opts, err := redis.ParseURL(address)
	if err != nil {
		return nil, errAddress
	}
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, ioTimeout, ioTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1 // everybody who calls us tries again, with a pause
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(opts), nil
}

func dialSentinel(address string) (redis.UniversalClient, error) {
	opts, err := redis.ParseFailoverURL(address)
	if err != nil {
		return nil, errAddress
	}
	if opts.MasterName == "" {
		return nil, errNoMaster
	}
	// What a replica has not got yet would look like a log that lost its tail.
	opts.ReplicaOnly, opts.RouteByLatency, opts.RouteRandomly = false, false, false
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, ioTimeout, ioTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1
	return redis.NewFailoverClient(opts), nil
}

func dialCluster(address string) (redis.UniversalClient, error) {
	opts, err := redis.ParseClusterURL(address)
	if err != nil {
		return nil, errAddress
	}
	opts.ReadOnly, opts.RouteByLatency, opts.RouteRandomly = false, false, false // as above
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, ioTimeout, ioTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClusterClient(opts), nil
}

// silent takes go-redis's own log: it has one a process, and what it says comes to us
// as errors too.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}
