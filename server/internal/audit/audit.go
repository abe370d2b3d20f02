// Package audit keeps who paired, revoked and made codes: also what an operator did straight at Redis, which no
// server sees.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
)

const (
	// key is the stream of all entries.
	key = redisconn.KeyPrefix + "audit"
	// keep is how many entries there are, roughly: months of a chain with some hundred stores, in some megabytes.
	keep = 20_000
	// timeout is what writing an entry may take: what it is about is done.
	timeout = time.Second
	// field is the field of an entry in the stream.
	field = "entry"
)

// Ways by which something was done.
const (
	Server  = "server"  // by a request
	Command = "command" // by a command that had access to Redis
)

// An Entry is one thing that somebody did.
type Entry struct {
	At      time.Time      `json:"at"`                // by Redis's clock
	Way     string         `json:"way"`               // Server or Command
	By      string         `json:"by,omitempty"`      // a holder, or USER@HOST of a command; empty: it stands in Details, or nobody knows
	Did     string         `json:"did"`               // for people
	Request string         `json:"request,omitempty"` // the ID of the request, as in the server's log
	Details map[string]any `json:"details,omitempty"` // no secrets
}

// A Trail stores entries in Redis. Whoever may write there may change them. Make one with New. It is safe for
// concurrent use.
type Trail struct{ client redis.UniversalClient }

// New returns a Trail in the Redis of client.
func New(client redis.UniversalClient) *Trail { return &Trail{client} }

// Write appends e. It sets the time.
func (t *Trail) Write(ctx context.Context, e Entry) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	text, err := json.Marshal(e)
	if err == nil {
		err = t.client.XAdd(ctx, &redis.XAddArgs{Stream: key, MaxLen: keep, Approx: true, Values: []any{field, text}}).Err()
	}
	if err != nil {
		return fmt.Errorf("audit %q: %w", e.Did, err)
	}
	return nil
}

// Last returns the last n entries, oldest first. What is none is left out.
func (t *Trail) Last(ctx context.Context, n int64) (all []Entry, err error) {
	read, err := t.client.XRevRangeN(ctx, key, "+", "-", n).Result()
	for i := len(read) - 1; i >= 0; i-- {
		var e Entry
		if text, is := read[i].Values[field].(string); is && json.Unmarshal([]byte(text), &e) == nil {
			e.At = order.ID(read[i].ID).Time()
			all = append(all, e)
		}
	}
	return all, err
}
