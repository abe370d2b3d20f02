package redisconn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"
)

func dialSentinel(address string) (redis.UniversalClient, error) {
	opts, err := redis.ParseFailoverURL(address)
	if err != nil {
		return nil, addressError(err)
	}
	if opts.MasterName == "" {
		return nil, errMaster
	}
	// What a replica has not received yet would look like a log that lost its end.
	opts.ReplicaOnly, opts.RouteByLatency, opts.RouteRandomly = false, false, false
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTimeout, IOTimeout, IOTimeout
	opts.ConnMaxIdleTime, opts.ContextTimeoutEnabled = idleTimeout, true
	opts.DialerRetries = 1
	opts.Dialer, opts.DisableIdentity = dialer(opts.TLSConfig), true // saying who we are takes a right of its own
	client := redis.NewFailoverClient(opts)
	client.AddHook(askingSentinels{opts.MasterName})
	return client, nil
}

// askingSentinels is a hook that says what the Sentinels have answered where they named no Redis. The
// library says of each answer that they cannot be reached.
type askingSentinels struct{ master string }

// DialHook implements redis.Hook.
func (s askingSentinels) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := next(ctx, network, address)
		return conn, s.explain(err)
	}
}

// ProcessHook implements redis.Hook.
func (askingSentinels) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

// ProcessPipelineHook implements redis.Hook.
func (askingSentinels) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// ErrSentinels is under the error about Sentinels that answer, and name no Redis.
var ErrSentinels = errors.New("the Sentinels answer, but name no Redis")

func (s askingSentinels) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, redis.Nil):
		return fmt.Errorf("%w: none of them knows one as %q: correct master_name= in the address", ErrSentinels, s.master)
	case strings.Contains(err.Error(), "NOAUTH"):
		return fmt.Errorf("%w: they want a password: write it before the @ of the address (that of the Redis is &password=)", ErrSentinels)
	case strings.Contains(err.Error(), "WRONGPASS"), strings.Contains(err.Error(), "AUTH"):
		return fmt.Errorf("%w: they refuse the password before the @ of the address, which is theirs; that of the Redis is &password=", ErrSentinels)
	}
	return err
}
