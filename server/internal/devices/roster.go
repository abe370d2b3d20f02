// Package devices keeps pairing codes, devices and revocations in Redis.
//
// Redis holds a key per pairing code that was not used yet, and for each mart its
// devices. One hash holds all revocations; whoever changes it says so on HintTopic. The
// node of that hash also says what time it is, because a revocation and the time a token
// was issued have to be of one clock. Redis 6.2 or newer is needed.
package devices

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

// Options say what the roster cannot know by itself. The zero value fits a server as it
// is by default.
type Options struct {
	// StreamLife is the longest that a stream lives; 2 h. A device that was seen before
	// that has none, whatever Redis says: a pod that is killed says nothing.
	StreamLife time.Duration
}

// defaultStreamLife is twice what streams live by default.
const defaultStreamLife = 2 * time.Hour

// A Roster is what Redis knows of devices. Make one with Open; its methods may be used
// from several goroutines. Each asks Redis once or a few times, and each time waits 3 s at
// most (redisconn.IOTimeout). None repeats a code in its errors.
type Roster struct {
	client     redis.UniversalClient
	streamLife time.Duration
	most       int // mostRevocations, but in tests
	log        *slog.Logger
	foreign    *foreigners
}

// Open prepares a Roster on the Redis at address, as redisconn.Dial takes it. It does not
// connect: Redis may come later. Its error does not repeat the address.
func Open(address string, opts Options, log *slog.Logger) (*Roster, error) {
	client, err := redisconn.Dial(address)
	if err != nil {
		return nil, err
	}
	if opts.StreamLife == 0 {
		opts.StreamLife = defaultStreamLife
	}
	return &Roster{client: client, streamLife: opts.StreamLife, most: mostRevocations, log: log, foreign: newForeigners(log)}, nil
}

// Close lets go of the connections.
func (r *Roster) Close() error { return r.client.Close() }

var (
	//go:embed now.lua
	nowScript string

	now = redis.NewScript(nowScript + "return now")
)

// Now is Redis's time, by the clock that revocations have: what is issued by it is void or
// not, whatever the clocks of the servers say.
func (r *Roster) Now(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	at, err := now.Run(ctx, r.client, []string{revocationsKey}).Text()
	if err == nil {
		var t time.Time
		if t, err = parseTime(at); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("ask Redis for the time: %w", err)
}

// parseTime reads milliseconds since 1970 as our scripts write them: as they compare them,
// too. More than 15 digits would not be exact in Lua. Its errors wrap order.ErrMalformed.
func parseTime(s string) (time.Time, error) {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms <= 0 || len(s) > 15 || s != strconv.FormatInt(ms, 10) {
		return time.Time{}, notOurs("the time %.20q", s)
	}
	return time.UnixMilli(ms).UTC(), nil
}
