package revocation

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// restoredAtOnce are written by one call of the script: Redis does nothing else meanwhile.
const restoredAtOnce = 1000

// ErrFull means that there is no room for more revocations of this kind. Those that exist can be renewed.
var ErrFull = errors.New("there is no room for another revocation of this kind")

var (
	//go:embed revoke.lua
	revokeScript string

	revoke = redis.NewScript(NowScript + quotaScript + revokeScript)
)

// shadow before a field with deviceField makes servers of before this package knew atField void the
// holder at all marts, which is what they can, and those of now nothing.
const shadow = "shadow:"

// Revoke stores each of list with the time of Redis's clock, whatever its At is, and then publishes on
// HintTopic. After an error it is not known which of them were stored; revoking again is safe, and
// makes the time later. Errors about list wrap order.ErrMalformed.
func (s *Store) Revoke(ctx context.Context, list ...wire.Revocation) error {
	var args []any
	for _, v := range list {
		if err := v.Check(); err != nil {
			return fmt.Errorf("revoke: %w", err)
		}
		args = append(args, fieldOf(v), 0)
	}
	if err := s.keep(ctx, Whole, args...); err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	return nil
}

// RevokeAt revokes a holder at these marts only, as Revoke does, within a share of the room. everywhere makes
// servers of before void it at all marts: they know nothing else.
func (s *Store) RevokeAt(ctx context.Context, holder string, marts []order.MartID, everywhere bool, share Share) error {
	var args []any
	for _, mart := range marts {
		v := wire.Revocation{Device: holder, MartID: mart}
		if err := v.Check(); err != nil {
			return fmt.Errorf("revoke: %w", err)
		}
		args = append(args, fieldOf(v), 0)
	}
	if everywhere && !strings.Contains(holder, "/") { // servers of before know no lent keys
		args = append(args, shadow+fieldOf(wire.Revocation{Device: holder}), 0)
	}
	if err := s.keep(ctx, share, args...); err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	return nil
}

// Undo takes v back: its tokens are valid again, as far as nothing else voids them; those of a device that
// two renewed are, too. Servers of before do not know that, and void them on. It reports whether v was
// revoked.
func (s *Store) Undo(ctx context.Context, v wire.Revocation) (was bool, err error) {
	if err := v.Check(); err != nil {
		return false, fmt.Errorf("take a revocation back: %w", err)
	}
	all := []wire.Revocation{v}
	if v.Device != "" && v.MartID == "" {
		all = append(all, wire.Revocation{Device: v.Device, Older: true})
	}
	at, err := s.At(ctx, all...)
	for i, each := range all {
		if err == nil && !at[i].IsZero() {
			was, err = true, s.keep(ctx, Whole, undoField+fieldOf(each), 0)
		}
	}
	if err != nil {
		return was, fmt.Errorf("take a revocation back: %w", err)
	}
	return was, nil
}

// Restore writes back revocations that Redis has lost, in a failover for example, with their
// At and UndoneAt. A revocation that Redis has with the same or a later time stays, and one that is no
// longer needed is skipped. If anything has changed, Restore publishes on HintTopic, since
// other servers may have read the list without it. After an error some of them may be back.
func (s *Store) Restore(ctx context.Context, lost []wire.Revocation) error {
	var stamps []stamp
	for _, v := range lost {
		stamps = append(stamps, stampsOf(v)...)
	}
	return s.restore(ctx, stamps)
}

func (s *Store) restore(ctx context.Context, lost []stamp) error {
	var full error
	for some := range slices.Chunk(lost, restoredAtOnce) {
		args := make([]any, 0, 2*len(some))
		for _, each := range some {
			args = append(args, each.field, each.at)
		}
		if err := s.keep(ctx, Whole, args...); errors.Is(err, ErrFull) {
			full = err // go on: those that exist already can still be renewed
		} else if err != nil {
			return fmt.Errorf("restore revocations: %w", err)
		}
	}
	return full
}

// keep writes revocations within a share of the room, given as fields and times in turn.
func (s *Store) keep(ctx context.Context, share Share, fieldsAndTimes ...any) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	args := append([]any{HintTopic, keepRevocations.Milliseconds()}, s.limits.room(share)...)
	refused, err := revoke.Run(ctx, s.client, keys(), append(args, fieldsAndTimes...)...).Int()
	if err == nil && refused > 0 {
		return ErrFull
	}
	return err
}
