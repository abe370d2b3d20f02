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

// restoredAtOnce are written by one script: Redis does nothing else meanwhile.
const restoredAtOnce = 1000

// ErrFull says that there is no room for more revocations. What is there already can be
// renewed.
var ErrFull = errors.New("too many revocations: exchange the key that signs tokens, stop every server, then remove jumun:revocations / " +
	"해지 목록이 가득 찼습니다: 토큰 서명 키를 교체하고 모든 서버를 멈춘 뒤 jumun:revocations를 지우세요")

var (
	//go:embed revoke.lua
	revokeScript string

	revoke = redis.NewScript(NowScript + revokeScript)
)

// Revoke keeps a revocation as of now, by Redis's clock, whatever its At says, and then
// publishes on HintTopic. After an error it is not known whether it was kept; revoking
// again is safe, and makes it later. Errors about v wrap order.ErrMalformed.
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

// Restore writes back what Redis has lost, in a failover say, with its At; what it has or
// knows of a later time stays, and what is no longer needed is passed over. If that
// changed anything, it is published on HintTopic, since others may have read without it.
// If there is an error, some of it may be back.
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
			full = err // those of keys may come yet, and others that are there already
		} else if err != nil {
			return fmt.Errorf("restore revocations: %w", err)
		}
	}
	return full
}

// keep takes fields and times, one after the other.
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

// fieldOf is where v stands among the revocations.
func fieldOf(v wire.Revocation) string {
	switch {
	case v.Device != "":
		return "device:" + v.Device
	case v.MartID != "":
		return "mart:" + string(v.MartID)
	}
	return "key:" + v.Key
}
