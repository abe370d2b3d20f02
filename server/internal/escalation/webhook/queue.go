package webhook

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/wire"
)

const (
	// maxWaiting messages wait for one target; further ones are dropped, logged and counted. A target that is
	// dead for half an hour loses them anyway.
	maxWaiting = 1000
	// keepDone is how long it is known that a message was delivered, or given up: far longer than anybody may
	// take to find out that it is due.
	keepDone = 7 * 24 * time.Hour
	// maxFailures are kept for people.
	maxFailures = 100
)

var (
	//go:embed add.lua
	addScript string
	//go:embed take.lua
	takeScript string
	//go:embed done.lua
	doneScript string

	add  = redis.NewScript(revocation.NowScript + addScript)
	take = redis.NewScript(revocation.NowScript + takeScript)
	done = redis.NewScript(revocation.NowScript + doneScript)
)

// A Queue holds what waits for one target.
type Queue struct {
	Target
	client redis.UniversalClient
	prefix string // of its keys, with their hash tag
}

// NewQueue returns the queue of t.
func NewQueue(client redis.UniversalClient, t Target) *Queue {
	return &Queue{t, client, redisconn.KeyPrefix + "{webhook:" + t.key() + "}:"}
}

func (q *Queue) keys(names ...string) []string {
	for i, name := range names {
		names[i] = q.prefix + name
	}
	return names
}

// waitingMessage is a message as Redis holds it.
type waitingMessage struct {
	Body     json.RawMessage `json:"body"`
	Type     string          `json:"type"`
	Added    int64           `json:"added"` // ms since 1970
	Attempts int             `json:"attempts"`
	Said     string          `json:"said,omitempty"` // what became of the last attempt
}

// The errors of Add about messages that are dropped.
var (
	ErrFull = fmt.Errorf("%d messages wait for the target already", maxWaiting)
	ErrOff  = errors.New("the target answered 410 Gone: it wants no more messages")
)

// Add adds m, which is of a type, unless it was added before. added reports whether it is new.
func (q *Queue) Add(ctx context.Context, m Message, kind string, now time.Time) (added bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	body, err := json.Marshal(waitingMessage{Body: m.Body, Type: kind, Added: now.UnixMilli()})
	if err != nil {
		return false, err
	}
	outcome, err := add.Run(ctx, q.client, q.keys("queue", "messages", "done", q.offKey()), m.ID, body, maxWaiting, keepDone.Milliseconds(), keepDone.Milliseconds()).Text()
	switch outcome {
	case "full":
		err = ErrFull
	case "off":
		err = ErrOff
	}
	return outcome == "queued", err
}

type takenMessage struct {
	id string
	waitingMessage
}

// take returns messages that are due, at most n, and the time of Redis. They are due again after claim.
func (q *Queue) take(ctx context.Context, n int, claim time.Duration) (taken []takenMessage, now time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	answer, err := take.Run(ctx, q.client, q.keys("queue", "messages", q.offKey()), n, claim.Milliseconds()).Slice()
	if err != nil || len(answer) == 0 {
		return nil, now, err
	}
	at, _ := answer[0].(string)
	now, err = revocation.ParseTime(at)
	for i := 1; i+1 < len(answer); i += 2 {
		var m takenMessage
		m.id, _ = answer[i].(string)
		body, _ := answer[i+1].(string)
		if json.Unmarshal([]byte(body), &m.waitingMessage) != nil {
			m.Body, m.Added = json.RawMessage("{}"), 0 // not ours: it is given up at once
		}
		taken = append(taken, m)
	}
	return taken, now, err
}

// The outcomes of an attempt.
const (
	Sent    = "sent"
	Again   = "again"   // it failed, and is tried again
	Failed  = "failed"  // it is given up
	Dropped = "dropped" // too many wait
)

// finish says what became of an attempt. off: the target wants no more messages.
func (q *Queue) finish(ctx context.Context, outcome string, m takenMessage, later time.Duration, off string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	body, _ := json.Marshal(m.waitingMessage) // it cannot fail
	if outcome == Failed {
		body, _ = json.Marshal(wire.WebhookFailure{ID: m.id, Type: m.Type, Added: time.UnixMilli(m.Added).UTC(), Attempts: m.Attempts, Error: m.Said})
	}
	err := done.Run(ctx, q.client, q.keys("queue", "messages", "done", "failed", q.offKey()), m.id, outcome, later.Milliseconds(), body, keepDone.Milliseconds(), maxFailures, off).Err()
	if err == redis.Nil { // the script answers nothing
		err = nil
	}
	return err
}

// Status returns what waits, and what failed lately.
func (q *Queue) Status(ctx context.Context) (s wire.WebhookTarget, err error) {
	keys := q.keys("queue", q.offKey(), "failed")
	s = wire.WebhookTarget{Name: q.Name, Host: q.URL.Host, Failures: []wire.WebhookFailure{}}
	pipe := q.client.Pipeline()
	waiting, off, failed := pipe.ZCard(ctx, keys[0]), pipe.Get(ctx, keys[1]), pipe.XRevRangeN(ctx, keys[2], "+", "-", maxFailures)
	if _, err := pipe.Exec(ctx); err != nil && err != redis.Nil {
		return s, fmt.Errorf("look what waits for a target: %w", err)
	}
	s.Waiting = int(waiting.Val())
	if s.Failing, err = q.failing(ctx); err != nil {
		return s, fmt.Errorf("look whether a target fails: %w", err)
	}
	if at, why, ok := strings.Cut(off.Val(), " "); ok {
		s.OffAt, _ = revocation.ParseTime(at)
		s.Off = why
	}
	for _, entry := range failed.Val() {
		var f wire.WebhookFailure
		text, _ := entry.Values["failure"].(string)
		if json.Unmarshal([]byte(text), &f) == nil {
			s.Failures = append(s.Failures, f)
		}
	}
	return s, nil
}

// lastDue is how many of the messages that wait are looked at: more than are on their way at once.
const lastDue = 16

// failing returns what became of the last attempt at a message that waits; "" if none has failed. Those that failed are due
// last, but for those that are on their way.
func (q *Queue) failing(ctx context.Context) (said string, err error) {
	keys := q.keys("queue", "messages")
	ids, err := q.client.ZRange(ctx, keys[0], -lastDue, -1).Result()
	if err != nil || len(ids) == 0 {
		return "", err
	}
	messages, err := q.client.HMGet(ctx, keys[1], ids...).Result()
	for _, text := range slices.Backward(messages) {
		var m waitingMessage
		body, _ := text.(string)
		if json.Unmarshal([]byte(body), &m) == nil && m.Said != "" {
			return m.Said, nil
		}
	}
	return "", err
}
