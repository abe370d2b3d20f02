package revocation

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
)

// ErrVoid means that a token cannot be renewed, because it is void everywhere.
var ErrVoid = errors.New("the token was revoked")

var (
	//go:embed renew.lua
	renewScript string

	renew = redis.NewScript(NowScript + renewScript)
)

// A Renewal says how a token is renewed.
type Renewal struct {
	IssuedAt int64 // of the new token, in seconds since 1970, by Redis's clock
	// Again means that a newer token of the same holder exists: an answer was lost on the way, or two
	// have the token.
	Again bool
}

// Renew decides whether a token may be made of t that lives for life seconds, and until t.Renew at most.
// It fails with ErrVoid if t is void everywhere. If t was renewed before, the tokens of its holder that
// are older than t become void: of two who have a token and both renew it, one will be found out. (Not where
// a lent key vouches for the holder: whoever has it needs no copy.) Renew
// brings what list knows about t up to date. Its cost does not depend on what else was revoked.
func (s *Store) Renew(ctx context.Context, list *List, t token.Token, life int64) (Renewal, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	older, holder, remember := olderField+t.Holder(), holderFields(t), 0
	if t.Lent == "" {
		remember = 1
	}
	fields := append(append([]string{older}, holder...), martFields(t)...)
	args := []any{HintTopic, s.limits.renewed, t.IssuedAt, t.Expires, life, t.Renew, older, remember, len(holder)}
	for _, field := range fields[1:] {
		args = append(args, field)
	}
	answer, err := renew.Run(ctx, s.client, []string{key, renewedKey(t)}, args...).StringSlice()
	if err == nil && len(answer) != 2+2*len(fields) {
		err = order.ErrMalformed
	}
	if err != nil {
		return Renewal{}, fmt.Errorf("renew a token: %w", err)
	}
	list.learnFrom(s.stampsIn(fields, answer[2:]))
	if answer[0] == "void" {
		return Renewal{}, ErrVoid
	}
	at, err := strconv.ParseInt(answer[1], 10, 64)
	return Renewal{at, answer[0] == "again"}, err
}

// stampsIn returns what the values of fields say: of each the field's, and that of the one that takes it back.
func (s *Store) stampsIn(fields, values []string) (found []stamp) {
	for i, field := range fields {
		for j, name := range []string{field, undoField + field} {
			if value := values[2*i+j]; value != "" {
				found = s.appendStamp(found, name, value)
			}
		}
	}
	return found
}

// renewedKey returns the key of what is known of the newest token of the holder of t. It is on the node
// of the revocations.
func renewedKey(t token.Token) string {
	return redisconn.KeyPrefix + "renewed:{" + key + "}:" + t.Holder()
}
