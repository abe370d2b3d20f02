package eventlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

// limitsKey holds the limits of the servers, for tools that record beside them.
const limitsKey = redisconn.KeyPrefix + "limits"

// limits are the Options that a tool must not decide by itself.
type limits struct {
	RetentionMs int64 `json:"retentionMs"`
	SeenMs      int64 `json:"seenMs"`
	MaxLen      int   `json:"maxLen"`
	Replicas    int   `json:"replicas"`
}

// storeLimits stores the limits of l in Redis, and warns if a server with other ones was there before:
// the logs are trimmed by those of whoever records.
func (l *Log) storeLimits(ctx context.Context) {
	ours, _ := json.Marshal(limits{l.opts.Retention.Milliseconds(), l.opts.Seen.Milliseconds(), l.opts.MaxLen, l.opts.Replicas}) // numbers always marshal
	before, err := l.client.SetArgs(ctx, limitsKey, ours, redis.SetArgs{Get: true}).Result()
	switch {
	case err != nil && !errors.Is(err, redis.Nil):
		l.log.Warn("the limits of the logs are not stored: command-line tools use their defaults", "err", err)
	case before != "" && before != string(ours):
		l.log.Warn("a server before this one had other limits for the logs: start all with the same flags", "before", before, "now", string(ours))
	}
}

// UseLimits makes l record by the limits of the servers, if one has stored any.
func (l *Log) UseLimits(ctx context.Context) error {
	body, err := l.client.Get(ctx, limitsKey).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return err
	}
	var theirs limits
	if json.Unmarshal([]byte(body), &theirs) != nil || min(theirs.RetentionMs, theirs.SeenMs, int64(theirs.MaxLen)) < 1 || theirs.Replicas < 0 {
		return fmt.Errorf("what stands at %s is not ours: delete it, a server writes it again when it starts", limitsKey)
	}
	l.opts.Retention, l.opts.Seen = time.Duration(theirs.RetentionMs)*time.Millisecond, time.Duration(theirs.SeenMs)*time.Millisecond
	l.opts.MaxLen, l.opts.Replicas = theirs.MaxLen, theirs.Replicas
	return nil
}
