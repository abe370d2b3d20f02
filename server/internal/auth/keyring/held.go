package keyring

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

const (
	// maxHolders of a key are kept, and maxLentHolders if a lent key vouches for them: whoever has that can
	// make up any number. Beyond that nobody new is counted.
	maxHolders, maxLentHolders = 1_000_000, 100_000
	// countedAtOnce are the keys whose tokens are counted in one pipeline.
	countedAtOnce = 100
)

// Held is what is known of the tokens of a key: each has another holder.
type Held struct {
	Tokens int64     // that have not expired, and are in use as far as is known
	Last   time.Time // when the last of them expires; zero: there is none
	// Renewed are those of other keys that were made of its tokens. They need it no more, and revoking it
	// ends them too.
	Renewed int64
}

var (
	//go:embed hold.lua
	holdScript string

	hold = redis.NewScript(holdScript)
)

// Count returns what the keys hold, by kid. It forgets tokens that have expired.
func (s *Store) Count(ctx context.Context, kids []string) (map[string]Held, error) {
	held := make(map[string]Held, len(kids))
	for some := range slices.Chunk(kids, countedAtOnce) {
		if err := s.count(ctx, some, held); err != nil {
			return nil, fmt.Errorf("count the tokens of the keys: %w", err)
		}
	}
	return held, nil
}

func (s *Store) count(ctx context.Context, kids []string, held map[string]Held) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	pipe := s.client.Pipeline()
	sizes, renewed, lasts := make([]*redis.IntCmd, len(kids)), make([]*redis.IntCmd, len(kids)), make([]*redis.ZSliceCmd, len(kids))
	now := strconv.FormatInt(time.Now().Unix(), 10)
	for i, kid := range kids {
		pipe.ZRemRangeByScore(ctx, tokensKey+kid, "-inf", now)
		pipe.ZRemRangeByScore(ctx, renewedKey+kid, "-inf", now)
		renewed[i] = pipe.ZCard(ctx, renewedKey+kid)
		sizes[i], lasts[i] = pipe.ZCard(ctx, tokensKey+kid), pipe.ZRangeWithScores(ctx, tokensKey+kid, -1, -1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return err
	}
	for i, kid := range kids {
		h := Held{Tokens: sizes[i].Val(), Renewed: renewed[i].Val()}
		for _, last := range lasts[i].Val() {
			h.Last = time.Unix(int64(last.Score), 0).UTC()
		}
		held[kid] = h
	}
	return nil
}

// A holding is a token of which somebody was seen, or which was issued.
type holding struct {
	key, first string // the kids that it needs; first may be empty
	origin     string // the kid of the first key of its line, if it needs that no more; else empty
	holder     string
	expires    int64 // seconds since 1970
	lent       bool  // a lent key vouches for the holder
	inUse      bool
}

// hold stores tokens that need the same keys. Of the other keys, which may be none, the holders have
// no token any more.
func (s *Store) hold(ctx context.Context, tokens []holding, others []string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	keys := []string{tokensKey + tokens[0].key}
	if tokens[0].first != "" {
		keys = append(keys, tokensKey+tokens[0].first)
	}
	most := s.most
	if tokens[0].lent {
		most = s.mostLent
	}
	if tokens[0].origin != "" {
		keys = append(keys, renewedKey+tokens[0].origin)
	}
	args := []any{len(keys), most, keep.Milliseconds()}
	for _, kid := range others {
		keys = append(keys, tokensKey+kid)
	}
	for _, t := range tokens {
		args = append(args, t.holder, t.expires)
	}
	return hold.Run(ctx, s.client, keys, args...).Err()
}
