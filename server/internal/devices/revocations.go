package devices

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// mostRevocations are kept, and read: a hundred bytes each in every pod's memory. No
	// more are taken (ErrFull), and if others have written more, none are read: some would
	// be missing, and nobody could say which.
	mostRevocations = 1_000_000
	// keepRevocations is a day longer than any token lives, for clocks that are wrong.
	// Those of keys are kept for ever: there are few, and a key may come back.
	keepRevocations = wire.MaxTokenLife + 24*time.Hour
	// readAtOnce is what Redis looks at before it does something else: some ms of work.
	readAtOnce = 10_000
	// forgottenAtOnce bounds what one reading forgets; the next one goes on.
	forgottenAtOnce = 1000
)

var (
	//go:embed forget.lua
	forgetScript string

	forget = redis.NewScript(nowScript + forgetScript)
)

// Revocations returns all of them, in no order; one that is kept while they are read may
// be missing or not, and one may come twice. There may be a million: a few seconds' work.
// Those that are no longer needed are forgotten on the way.
func (r *Roster) Revocations(ctx context.Context) ([]wire.Revocation, error) {
	all, err := r.readAll(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the revocations: %w", err)
	}
	if err := r.forgetOld(ctx, all); err != nil {
		r.log.Debug("revocations that are no longer needed stay", "err", err)
	}
	return all, nil
}

func (r *Roster) readAll(ctx context.Context) ([]wire.Revocation, error) {
	var all []wire.Revocation
	for cursor := uint64(0); ; {
		some, next, err := r.readSome(ctx, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if cursor = next; cursor == 0 {
			return all, nil
		}
	}
}

func (r *Roster) readSome(ctx context.Context, cursor uint64) (some []wire.Revocation, next uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	pipe := r.client.Pipeline()
	size, scan := pipe.HLen(ctx, revocationsKey), pipe.HScan(ctx, revocationsKey, cursor, "", readAtOnce)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, 0, err
	}
	if size.Val() > int64(r.most) {
		return nil, 0, ErrFull
	}
	fields, next := scan.Val()
	for pair := range slices.Chunk(fields, 2) {
		if v, err := parseRevocation(pair[0], pair[len(pair)-1]); err == nil {
			some = append(some, v)
		} else {
			r.foreign.count(err)
		}
	}
	return some, next, nil
}

// forgetOld asks Redis to, whose clock decides: ours may be years ahead.
func (r *Roster) forgetOld(ctx context.Context, all []wire.Revocation) error {
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
	return forget.Run(ctx, r.client, []string{revocationsKey}, args...).Err()
}

// parseRevocation reads what Redis holds. Its errors wrap order.ErrMalformed.
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
	at, err := parseTime(value)
	if err != nil || v.Check() != nil {
		return wire.Revocation{}, notOurs("revocation %.100q", field)
	}
	v.At = at
	return v, nil
}
