package revocation

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// maxRevocations are stored and read: a hundred bytes each in every pod's memory. Revoke
	// refuses more (ErrFull). If another program has written more, none are read: some would
	// be missing, and nobody would know which.
	maxRevocations = 1_000_000
	// keepRevocations is a day longer than any token lives, for clocks that are wrong.
	// Revocations of keys are kept for ever: there are few, and a key may come back.
	keepRevocations = wire.MaxTokenLife + 24*time.Hour
	// readAtOnce is how many Redis scans in one command: some ms of work.
	readAtOnce = 10_000
	// forgottenAtOnce bounds how many one call of All deletes; the next call goes on.
	forgottenAtOnce = 1000
)

const (
	// HintTopic is the topic on which a message is published whenever the revocations have
	// changed: every server reads them again. The content means nothing.
	HintTopic = "jumun:revocations:changed"
	// key is the key of the hash with all revocations.
	key = "jumun:revocations"
)

// A Store stores the revocations in Redis. It is safe for concurrent use. Each method sends a
// few commands to Redis, and waits 3 s at most for each (redisconn.IOTimeout).
type Store struct {
	client  redis.UniversalClient
	most    int // maxRevocations, but in tests
	log     *slog.Logger
	foreign *redisconn.Foreign
}

// NewStore returns a Store that uses client. The caller closes client.
func NewStore(client redis.UniversalClient, foreign *redisconn.Foreign, log *slog.Logger) *Store {
	return &Store{client: client, most: maxRevocations, log: log, foreign: foreign}
}

var (
	//go:embed forget.lua
	forgetScript string

	forget = redis.NewScript(NowScript + forgetScript)
)

// All returns all revocations, in no order. One that is written during the call may be
// missing, and one may come twice. There may be a million, which takes a few seconds. All
// deletes those that are no longer needed.
func (s *Store) All(ctx context.Context) ([]wire.Revocation, error) {
	all, err := s.readAll(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the revocations: %w", err)
	}
	if err := s.forgetOld(ctx, all); err != nil {
		s.log.Debug("revocations that are no longer needed stay", "err", err)
	}
	return all, nil
}

func (s *Store) readAll(ctx context.Context) ([]wire.Revocation, error) {
	var all []wire.Revocation
	for cursor := uint64(0); ; {
		some, next, err := s.readSome(ctx, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if cursor = next; cursor == 0 {
			return all, nil
		}
	}
}

func (s *Store) readSome(ctx context.Context, cursor uint64) (some []wire.Revocation, next uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	pipe := s.client.Pipeline()
	size, scan := pipe.HLen(ctx, key), pipe.HScan(ctx, key, cursor, "", readAtOnce)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, 0, err
	}
	if size.Val() > int64(s.most) {
		return nil, 0, ErrFull
	}
	fields, next := scan.Val()
	for pair := range slices.Chunk(fields, 2) {
		if v, err := parseRevocation(pair[0], pair[len(pair)-1]); err == nil {
			some = append(some, v)
		} else {
			s.foreign.Skip("err", err)
		}
	}
	return some, next, nil
}

// forgetOld deletes old revocations if they are old by Redis's clock: ours may be years ahead.
func (s *Store) forgetOld(ctx context.Context, all []wire.Revocation) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	args := []any{keepRevocations.Milliseconds()}
	for _, v := range all {
		if v.Key == "" && time.Since(v.At) > keepRevocations && len(args) <= forgottenAtOnce {
			args = append(args, fieldOf(v))
		}
	}
	if len(args) == 1 {
		return nil
	}
	return forget.Run(ctx, s.client, []string{key}, args...).Err()
}

// parseRevocation parses a field of the hash. Its errors wrap order.ErrMalformed.
func parseRevocation(field, value string) (wire.Revocation, error) {
	var v wire.Revocation
	switch kind, name, _ := strings.Cut(field, ":"); kind {
	case "device":
		v.Device = name
	case "mart":
		v.MartID = order.MartID(name)
	case "key":
		v.Key = name
	}
	at, err := ParseTime(value)
	if err != nil || v.Check() != nil {
		return wire.Revocation{}, redisconn.NotOurs("revocation %.100q", field)
	}
	v.At = at
	return v, nil
}

// At returns when each of wanted was revoked, in their order; zero if it was not. It ignores
// their own At.
func (s *Store) At(ctx context.Context, wanted ...wire.Revocation) ([]time.Time, error) {
	fields := make([]string, len(wanted))
	for i, v := range wanted {
		fields[i] = fieldOf(v)
	}
	values, err := s.client.HMGet(ctx, key, fields...).Result()
	if err == nil && len(values) != len(fields) {
		err = order.ErrMalformed
	}
	if err != nil {
		return nil, fmt.Errorf("read the revocations: %w", err)
	}
	at := make([]time.Time, len(values))
	for i, value := range values {
		if text, ok := value.(string); ok {
			at[i] = s.revokedAt(fields[i], text)
		}
	}
	return at, nil
}

// revokedAt returns zero if the field was not written by us.
func (s *Store) revokedAt(field, value string) time.Time {
	v, err := parseRevocation(field, value)
	if err != nil {
		s.foreign.Skip("err", err)
	}
	return v.At
}
