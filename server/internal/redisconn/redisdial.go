// Package redisconn prepares clients for a Redis, whatever kind it is.
package redisconn

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"jumun/server/internal/rawio"
)

// Short enough that a pod notices within seconds, long enough for a failover's hiccup.
const (
	dialTimeout = 2 * time.Second
	// IOTimeout is how long Redis may take to answer a command.
	IOTimeout = 3 * time.Second
)

// idleTimeout throws away connections that nobody used: when packets are dropped on the
// way, those in the pool look well for ever, and each would cost whoever gets it a timeout.
const idleTimeout = 5 * time.Second

// errAddress does not repeat the address. The library's errors quote what they took for
// a port or a path, which may be half of a password with a slash in it.
var errAddress = errors.New("not a Redis URL, or special characters of its password are not written as %XX")

var errNoMaster = errors.New("a Redis URL of Sentinels needs ?master_name=, the name by which they know the Redis")

// Dial prepares a client for the Redis at address: redis://host:6379/0, rediss://… (TLS),
// unix:///path, redis+sentinel://host:26379?master_name=mymaster&addr=host2:26379 (behind
// Sentinels) or redis+cluster://host:7000?addr=host2:7001 (Redis 7 or newer). The user
// and password before a host are its own: the Sentinels', and then those of the Redis
// behind them are &username= and &password=. It does not connect: Redis may come later.
// Its error is about the address, and does not repeat it: it may hold a password.
func Dial(address string) (redis.UniversalClient, error) {
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
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, IOTimeout, IOTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1 // everybody who calls us tries again, with a pause
	opts.Dialer = dialer(opts.TLSConfig)
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
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, IOTimeout, IOTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1
	opts.Dialer = dialer(opts.TLSConfig)
	return redis.NewFailoverClient(opts), nil
}

func dialCluster(address string) (redis.UniversalClient, error) {
	opts, err := redis.ParseClusterURL(address)
	if err != nil {
		return nil, errAddress
	}
	opts.ReadOnly, opts.RouteByLatency, opts.RouteRandomly = false, false, false // as above
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, IOTimeout, IOTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1
	opts.Dialer = dialer(opts.TLSConfig)
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClusterClient(opts), nil
}

// dialer is the library's, but for how its connections are read and written. With secure
// they are of TLS.
func dialer(secure *tls.Config) func(ctx context.Context, network, address string) (net.Conn, error) {
	dial := redis.NewDialer(&redis.Options{DialTimeout: dialTimeout, TLSConfig: secure})
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return rawio.Conn(c), nil
	}
}

// silent takes go-redis's own log: it has one a process, and what it says comes to us
// as errors too.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}
