// Package devices knows which devices were paired, and which of them are connected.
//
// Redis holds for each mart its devices, when each was seen last, and which stream it has, and
// a key for each pairing code that was not used yet. Times come from the clock of the node that
// holds the revocations, because the two are compared. Redis 6.2 or newer is needed.
package devices

import (
	_ "embed"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/audit"
	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
)

// Options configure a Registry. The zero value fits a server with default flags.
type Options struct {
	// StreamLife is the longest that a stream lives; 2 h. A device that was seen before
	// that has none, whatever Redis holds: a pod that is killed does not note that they ended.
	StreamLife time.Duration
}

// defaultStreamLife is twice what streams live by default.
const defaultStreamLife = 2 * time.Hour

// A Registry stores devices and pairing offers in Redis. Make one with Open. It is safe for
// concurrent use. Each method sends a few commands to Redis, and waits 3 s at most for each
// (redisconn.IOTimeout). Errors never contain a code.
type Registry struct {
	client            redis.UniversalClient
	streamLife        time.Duration
	foreign           *redisconn.Foreign
	*revocation.Store // what was revoked, of the same Redis

	Trail *audit.Trail // who did what, of the same Redis
}

// Open returns a Registry on the Redis at address, as redisconn.Dial takes it. Open does not
// connect: Redis may start later. Its error does not repeat the address.
func Open(address string, opts Options, log *slog.Logger) (*Registry, error) {
	client, err := redisconn.Dial(address)
	if err != nil {
		return nil, err
	}
	if opts.StreamLife == 0 {
		opts.StreamLife = defaultStreamLife
	}
	foreign := redisconn.NewForeign(log, "an entry in Redis is under a name of ours, but was not written by us: skipped")
	return &Registry{client: client, streamLife: opts.StreamLife, foreign: foreign, Store: revocation.NewStore(client, foreign, log), Trail: audit.New(client)}, nil
}

// Close closes the connections.
func (r *Registry) Close() error { return r.client.Close() }

// Foreign returns how many entries were skipped because they were not written by a server.
func (r *Registry) Foreign() int64 { return r.foreign.Found() }
