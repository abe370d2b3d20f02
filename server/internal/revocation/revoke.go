package revocation

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/shared/wire"
)

// restoredAtOnce are written by one call of the script: Redis does nothing else meanwhile.
const restoredAtOnce = 1000

// ErrFull means that there is no room for more revocations. Those that exist can be renewed.
var ErrFull = errors.New("too many revocations: exchange the key that signs tokens, stop every server, then remove jumun:revocations / " +
	"해지 목록이 가득 찼습니다: 토큰 서명 키를 교체하고 모든 서버를 멈춘 뒤 jumun:revocations를 지우세요")

var (
	//go:embed revoke.lua
	revokeScript string

	revoke = redis.NewScript(NowScript + revokeScript)
)

// Revoke stores v with the time of Redis's clock, whatever its At is, and then publishes on
// HintTopic. After an error it is not known whether v was stored; revoking again is safe, and
// makes the time later. Errors about v wrap order.ErrMalformed.
func (s *Store) Revoke(ctx context.Context, v wire.Revocation) error {
	err := v.Check()
	if err == nil {
		err = s.keep(ctx, fieldOf(v), 0)
	}
	if err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	return nil
}

// Restore writes back revocations that Redis has lost, in a failover for example, with their
// At. A revocation that Redis has with the same or a later time stays, and one that is no
// longer needed is skipped. If anything has changed, Restore publishes on HintTopic, since
// other servers may have read the list without it. After an error some of them may be back.
func (s *Store) Restore(ctx context.Context, lost []wire.Revocation) error {
	var full error
	for some := range slices.Chunk(lost, restoredAtOnce) {
		args := make([]any, 0, 2*len(some))
		for _, v := range some {
			if at := v.At.UnixMilli(); v.Check() == nil && at > 0 { // 0 would be taken for now
				args = append(args, fieldOf(v), at)
			}
		}
		if err := s.keep(ctx, args...); errors.Is(err, ErrFull) {
			full = err // go on: those that exist already can still be renewed
		} else if err != nil {
			return fmt.Errorf("restore revocations: %w", err)
		}
	}
	return full
}

// keep writes revocations, given as fields and times in turn.
func (s *Store) keep(ctx context.Context, fieldsAndTimes ...any) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	args := append([]any{HintTopic, keepRevocations.Milliseconds(), s.most}, fieldsAndTimes...)
	refused, err := revoke.Run(ctx, s.client, []string{key}, args...).Int()
	if err == nil && refused > 0 {
		return ErrFull
	}
	return err
}

// fieldOf returns the field of v in the hash.
func fieldOf(v wire.Revocation) string {
	switch {
	case v.Device != "":
		return "device:" + v.Device
	case v.MartID != "":
		return "mart:" + string(v.MartID)
	}
	return "key:" + v.Key
}
