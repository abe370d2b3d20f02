package revocation

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

var (
	//go:embed forget.lua
	forgetScript string

	forget = redis.NewScript(NowScript + quotaScript + forgetScript)
)

// All returns all revocations, in no order. One that is written during the call may be missing, and
// one may come twice; what was taken back does: as revoked, and as undone. There may be a million, which
// takes a few seconds.
func (s *Store) All(ctx context.Context) (all []wire.Revocation, err error) {
	err = s.pages(ctx, func(page []stamp) {
		for _, each := range page {
			all = append(all, each.revocation())
		}
	})
	return all, err
}

// Page returns some of all revocations, as All does, and where the next ones begin; "" both for the
// first and after the last. Its errors wrap order.ErrMalformed if from is not from here.
func (s *Store) Page(ctx context.Context, from string) (some []wire.Revocation, next string, err error) {
	cursor, err := parseCursor(from)
	if err != nil {
		return nil, "", err
	}
	page, cursor, err := s.page(ctx, cursor)
	if err != nil {
		return nil, "", fmt.Errorf("read the revocations: %w", err)
	}
	for _, each := range page {
		some = append(some, each.revocation())
	}
	return some, showCursor(cursor), nil
}

// pages calls take with all fields, some at a time, and deletes those that are no longer needed.
func (s *Store) pages(ctx context.Context, take func([]stamp)) error {
	var old []string
	for cursor := uint64(0); ; {
		page, next, err := s.page(ctx, cursor)
		if err != nil {
			return fmt.Errorf("read the revocations: %w", err)
		}
		take(page)
		old = appendOld(old, page)
		if cursor = next; cursor == 0 {
			break
		}
	}
	if err := s.forgetOld(ctx, old); err != nil {
		s.log.Debug("revocations that are no longer needed stay", "err", err)
	}
	return nil
}

func (s *Store) page(ctx context.Context, cursor uint64) (page []stamp, next uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	fields, next, err := s.client.HScan(ctx, key, cursor, "", readAtOnce).Result()
	for pair := range slices.Chunk(fields, 2) {
		page = s.appendStamp(page, pair[0], pair[len(pair)-1])
	}
	return page, next, err
}

func appendOld(old []string, page []stamp) []string {
	oldest := time.Now().Add(-keepRevocations).UnixMilli()
	for _, each := range page {
		if each.forgettable(oldest) && len(old) < forgottenAtOnce {
			old = append(old, each.field)
		}
	}
	return old
}

// forgetOld deletes old fields if they are old by Redis's clock: ours may be years ahead.
func (s *Store) forgetOld(ctx context.Context, fields []string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	if len(fields) == 0 {
		return nil
	}
	args := []any{keepRevocations.Milliseconds()}
	for _, field := range fields {
		args = append(args, field)
	}
	return forget.Run(ctx, s.client, keys(), args...).Err()
}

// parseCursor parses where a page begins. Its errors wrap order.ErrMalformed.
func parseCursor(from string) (uint64, error) {
	if from == "" {
		return 0, nil
	}
	cursor, err := strconv.ParseUint(from, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("not the next of a page: %w", order.ErrMalformed)
	}
	return cursor, nil
}

func showCursor(cursor uint64) string {
	if cursor == 0 {
		return ""
	}
	return strconv.FormatUint(cursor, 10)
}
