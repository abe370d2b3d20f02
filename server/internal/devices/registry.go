// Package devices keeps pairing codes, devices and revocations in Redis.
//
// Redis holds a key per pairing code that was not used yet, and for each mart its
// devices. One hash holds all revocations; whoever changes it says so on HintTopic. The
// node of that hash also says what time it is, because a revocation and the time a token
// was issued have to be of one clock. Redis 6.2 or newer is needed.
package devices

import (
	_ "embed"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
)

// Options say what a Registry cannot know by itself. The zero value fits a server as it
// is by default.
type Options struct {
	// StreamLife is the longest that a stream lives; 2 h. A device that was seen before
	// that has none, whatever Redis says: a pod that is killed says nothing.
	StreamLife time.Duration
}

// defaultStreamLife is twice what streams live by default.
const defaultStreamLife = 2 * time.Hour

// A Registry is what Redis knows of devices. Make one with Open; its methods may be used
// from several goroutines. Each asks Redis once or a few times, and each time waits 3 s at
// most (redisconn.IOTimeout). None repeats a code in its errors.
type Registry struct {
	client            redis.UniversalClient
	streamLife        time.Duration
	foreign           *redisconn.Foreign
	*revocation.Store // what was revoked, of the same Redis
}

// Open prepares a Registry on the Redis at address, as redisconn.Dial takes it. It does not
// connect: Redis may come later. Its error does not repeat the address.
func Open(address string, opts Options, log *slog.Logger) (*Registry, error) {
	client, err := redisconn.Dial(address)
	if err != nil {
		return nil, err
	}
	if opts.StreamLife == 0 {
		opts.StreamLife = defaultStreamLife
	}
	foreign := redisconn.NewForeign(log, "something in Redis is under a name of ours, but not ours: passed over")
	return &Registry{client: client, streamLife: opts.StreamLife, foreign: foreign, Store: revocation.NewStore(client, foreign, log)}, nil
}

// Close lets go of the connections.
func (r *Registry) Close() error { return r.client.Close() }

// Foreign returns how often something was skipped that nobody wrote who keeps to the contract.
func (r *Registry) Foreign() int64 { return r.foreign.Found() }
