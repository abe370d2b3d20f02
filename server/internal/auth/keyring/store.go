// Package keyring knows the signing keys of all servers of one Redis: whether this server has the same
// ones, how many tokens each of them holds, and the tokens of which are to be renewed.
//
// Redis holds a fingerprint of each key and when a server had it last, the servers with a sum of their
// keys, for each key the holders of its tokens by when those expire, and the keys whose tokens are to be
// renewed. All of it is on the node of the revocations, by whose clock tokens are issued.
package keyring

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// The keys in Redis; the sets of holders, of tokens that need a key and of those that were made of its
// tokens and need it no more, have the kid behind.
const (
	slot        = "{jumun:revocations}"
	keysKey     = redisconn.KeyPrefix + "keys:" + slot
	serversKey  = redisconn.KeyPrefix + "servers:" + slot
	renewalsKey = redisconn.KeyPrefix + "renewals:" + slot
	tokensKey   = redisconn.KeyPrefix + "tokens:" + slot + ":"
	renewedKey  = redisconn.KeyPrefix + "renewed:" + slot + ":"
)

// keep is how long a key that no server has any more is remembered: by then all its tokens have expired.
const keep = wire.MaxTokenLife + 24*time.Hour

// A Store is what Redis holds about keys. It is safe for concurrent use. Each method waits 3 s at most
// for each command that it sends (redisconn.IOTimeout).
type Store struct {
	client         redis.UniversalClient
	most, mostLent int64 // maxHolders and maxLentHolders, but in tests
}

// NewStore returns a Store that uses client. The caller closes client.
func NewStore(client redis.UniversalClient) *Store { return &Store{client, maxHolders, maxLentHolders} }

// Open returns a Store on the Redis at address, as redisconn.Dial takes it.
func Open(address string) (*Store, error) {
	client, err := redisconn.Dial(address)
	if err != nil {
		return nil, err
	}
	return NewStore(client), nil
}

// Close closes the connections of a Store that Open returned.
func (s *Store) Close() error { return s.client.Close() }

// A Key is what Redis knows of a key.
type Key struct {
	Mark string
	Seen time.Time // when a server had it last
	Made time.Time // zero: unknown
	Lent bool
}

// ErrUnknownKey means that no server of this Redis has had the key.
var ErrUnknownKey = errors.New("no server of this Redis has had this key")

// Keys returns every key that a server of this Redis has had, by kid.
func (s *Store) Keys(ctx context.Context) (map[string]Key, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	fields, err := s.client.HGetAll(ctx, keysKey).Result()
	if err != nil {
		return nil, fmt.Errorf("read the keys of the servers: %w", err)
	}
	return parseKeys(fields), nil
}

// Forget removes a key of which Keys knows, and the list of its holders. A server that has the key in
// its file brings it back.
func (s *Store) Forget(ctx context.Context, kid string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	pipe := s.client.Pipeline()
	known := pipe.HDel(ctx, keysKey, kid)
	pipe.HDel(ctx, renewalsKey, kid)
	pipe.ZRemRangeByScore(ctx, tokensKey+kid, "-inf", "+inf")
	pipe.Publish(ctx, revocation.HintTopic, "changed") // a server may wait for that
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("forget a key: %w", err)
	}
	if known.Val() == 0 {
		return ErrUnknownKey
	}
	return nil
}

// askRenewal stores since when the tokens of a key are to be renewed. The servers then read it at once, as
// they do with revocations.
func (s *Store) askRenewal(ctx context.Context, kid string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	if err := renew.Run(ctx, s.client, []string{renewalsKey}, kid, keep.Milliseconds(), revocation.HintTopic).Err(); err != nil {
		return fmt.Errorf("ask for the renewal of a key's tokens: %w", err)
	}
	return nil
}

// Renewals returns since when the tokens of keys are to be renewed, by kid.
func (s *Store) Renewals(ctx context.Context) (map[string]time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	fields, err := s.client.HGetAll(ctx, renewalsKey).Result()
	if err != nil {
		return nil, fmt.Errorf("read which tokens are to be renewed: %w", err)
	}
	return times(fields), nil
}

// madeBy returns when the list of keys was made, and by whom; "": Redis has none.
func (s *Store) madeBy(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	made, err := s.client.HGet(ctx, keysKey, "").Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", fmt.Errorf("read when the list of keys was made: %w", err)
	}
	return made, nil
}

var (
	//go:embed renew.lua
	renewScript string

	renew = redis.NewScript(revocation.NowScript + renewScript)
)

// valueOf returns how k is stored, but for when it was seen: the script writes that before it.
func valueOf(k token.Info) string {
	made := int64(0)
	if !k.Made.IsZero() {
		made = k.Made.Unix()
	}
	return fmt.Sprintf("%s %d %t", k.Mark, made, k.Lent)
}

// parseKeys returns the keys of the hash. It leaves out what is not ours.
func parseKeys(fields map[string]string) map[string]Key {
	keys := make(map[string]Key, len(fields))
	for kid, value := range fields {
		var k Key
		var seen string
		var made int64
		if n, _ := fmt.Sscanf(value, "%s %s %d %t", &seen, &k.Mark, &made, &k.Lent); n != 4 || order.Line(kid, order.MaxName) != kid {
			continue
		}
		var err error
		if k.Seen, err = revocation.ParseTime(seen); err != nil {
			continue
		}
		if made > 0 {
			k.Made = time.Unix(made, 0).UTC()
		}
		keys[kid] = k
	}
	return keys
}

// times returns the values of a hash as times, which stand before the first space.
func times(fields map[string]string) map[string]time.Time {
	at := make(map[string]time.Time, len(fields))
	for field, value := range fields {
		first, _, _ := strings.Cut(value, " ")
		if t, err := revocation.ParseTime(first); err == nil {
			at[field] = t
		}
	}
	return at
}

// hash returns the answer of HGETALL in a script.
func hash(answer any) map[string]string {
	flat, _ := answer.([]any)
	fields := make(map[string]string, len(flat)/2)
	for i := 0; i+1 < len(flat); i += 2 {
		field, _ := flat[i].(string)
		fields[field], _ = flat[i+1].(string)
	}
	return fields
}
