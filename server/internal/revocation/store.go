package revocation

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redisconn"
	"jumun/shared/wire"
)

const (
	// Limit is how many fields are stored: a hundred bytes each in every pod's memory. Revoke refuses
	// more (ErrFull). If another program has written more, all of them are read: a server that read none
	// would serve nobody, and one that read some would let others in.
	Limit = 1_000_000
	// devicesLimit is how many of them may be about holders: there is always room for keys and marts.
	devicesLimit = Limit / 10 * 9
	// keepRevocations is a day longer than any token lives, for clocks that are wrong.
	// Revocations of keys are kept for ever: there are few, and a key may come back.
	keepRevocations = wire.MaxTokenLife + 24*time.Hour
	// readAtOnce is how many Redis scans in one command: some ms of work.
	readAtOnce = 10_000
	// forgottenAtOnce bounds how many one reading deletes; the next one goes on.
	forgottenAtOnce = 1000
)

const (
	// HintTopic is the topic on which a message is published whenever the revocations have changed: it
	// has the fields, one a line, or something else, and then every server reads all of them again.
	HintTopic = "jumun:revocations:changed"
	// key is the key of the hash with all revocations.
	key = "jumun:revocations"
)

// A Store stores the revocations in Redis. It is safe for concurrent use. Each method sends a
// few commands to Redis, and waits 3 s at most for each (redisconn.IOTimeout).
type Store struct {
	client  redis.UniversalClient
	limits  limits
	log     *slog.Logger
	foreign *redisconn.Foreign
}

// NewStore returns a Store that uses client. The caller closes client.
func NewStore(client redis.UniversalClient, foreign *redisconn.Foreign, log *slog.Logger) *Store {
	return &Store{client: client, limits: defaultLimits(), log: log, foreign: foreign}
}

// appendStamp appends what a field says, if it was written by us.
func (s *Store) appendStamp(to []stamp, field, value string) []stamp {
	if strings.HasPrefix(field, countField) {
		return to
	}
	one, err := parseStamp(field, value)
	if err != nil {
		s.foreign.Skip("err", err)
		return to
	}
	return append(to, one)
}

// read returns the fields that Redis has of these. Its cost does not depend on how many others there are.
func (s *Store) read(ctx context.Context, fields []string) (found []stamp, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	for some := range slices.Chunk(fields, readAtOnce) {
		values, err := s.client.HMGet(ctx, key, some...).Result()
		if err != nil || len(values) != len(some) {
			return nil, fmt.Errorf("read some revocations: %w", err)
		}
		for i, value := range values {
			if text, ok := value.(string); ok {
				found = s.appendStamp(found, some[i], text)
			}
		}
	}
	return found, nil
}

// Refresh brings what list knows about t up to date with what Redis has now.
func (s *Store) Refresh(ctx context.Context, list *List, t token.Token) error {
	fields := append(holderFields(t), olderField+t.Holder())
	found, err := s.read(ctx, withUndo(append(fields, martFields(t)...)))
	if err == nil {
		list.learnFrom(found)
	}
	return err
}

// withUndo returns fields, and for each the field that takes it back.
func withUndo(fields []string) []string {
	for _, field := range slices.Clone(fields) {
		fields = append(fields, undoField+field)
	}
	return fields
}

// At returns when each of wanted was revoked, in their order; zero if it was not, or if that was taken
// back. It ignores their own At.
func (s *Store) At(ctx context.Context, wanted ...wire.Revocation) ([]time.Time, error) {
	fields := make([]string, len(wanted))
	for i, v := range wanted {
		fields[i] = fieldOf(v)
	}
	found, err := s.read(ctx, withUndo(fields))
	if err != nil {
		return nil, err
	}
	times := map[string]int64{}
	for _, each := range found {
		times[each.field] = each.at
	}
	at := make([]time.Time, len(wanted))
	for i, v := range wanted {
		if ms := times[fieldOf(v)]; ms > times[undoField+fieldOf(v)] {
			at[i] = time.UnixMilli(ms).UTC()
		}
	}
	return at, nil
}
