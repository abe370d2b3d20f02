// Package redisconn is what every user of Redis shares: clients for a Redis of any kind, the
// names of keys, and how entries that we did not write are skipped and counted.
package redisconn

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Short enough that a pod notices within seconds, long enough for a failover's hiccup.
const (
	dialTimeout = 2 * time.Second
	// IOTimeout is how long Redis may take to answer a command.
	IOTimeout = 3 * time.Second
)

// idleTimeout closes connections that were not used: when packets are dropped on the way,
// those in the pool look healthy for ever, and each would cost its next user a timeout.
const idleTimeout = 5 * time.Second

// Dial returns a client for the Redis at address: redis://host:6379/0, rediss://… (TLS),
// unix:///path, redis+sentinel://host:26379?master_name=mymaster&addr=host2:26379 (behind
// Sentinels) or redis+cluster://host:7000?addr=host2:7001 (Redis 7 or newer). The user
// and password before a host are its own: the Sentinels', and then those of the Redis
// behind them are &username= and &password=; OPERATING.md has an example of each. Dial does not connect:
// Redis may start later. Its errors do not repeat the address, which may hold a password.
func Dial(address string) (redis.UniversalClient, error) {
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
		return nil, addressError(err)
	}
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, IOTimeout, IOTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1                                           // every caller tries again, with a pause
	opts.Dialer, opts.DisableIdentity = dialer(opts.TLSConfig), true // saying who we are takes a right of its own
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(opts), nil
}

func dialCluster(address string) (redis.UniversalClient, error) {
	opts, err := redis.ParseClusterURL(address)
	if err != nil {
		return nil, addressError(err)
	}
	opts.ReadOnly, opts.RouteByLatency, opts.RouteRandomly = false, false, false // as above
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, IOTimeout, IOTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1
	opts.Dialer, opts.DisableIdentity = dialer(opts.TLSConfig), true // saying who we are takes a right of its own
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClusterClient(opts), nil
}

// dialer returns the library's dialer, except for how its connections are read and written.
// They use TLS if secure is not nil.
func dialer(secure *tls.Config) func(ctx context.Context, network, address string) (net.Conn, error) {
	dial := redis.NewDialer(&redis.Options{DialTimeout: dialTimeout, TLSConfig: secure})
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return quiet(c), nil
	}
}

// SilenceLibrary discards go-redis's own log. There is one in a process, and what it reports
// comes to the callers as errors too. A program calls SilenceLibrary once, before Dial.
func SilenceLibrary() { redis.SetLogger(silent{}) }

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}
