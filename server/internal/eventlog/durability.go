package eventlog

import (
	"context"
	"time"

	"jumun/server/internal/redisconn"
)

// WarnIfForgetful warns the operator if Redis is configured in a way that loses orders. It only
// warns: a managed Redis may keep its data in ways that INFO does not show.
func (l *Log) WarnIfForgetful(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	info, err := l.client.Info(ctx).Result()
	if err != nil { // some do not allow it
		l.log.Debug("Redis does not say how it keeps its data", "err", err)
		return
	}
	for _, advice := range forgetful(info) {
		l.log.Warn(advice)
	}
}

// forgetful returns what the operator should change in a Redis that answered INFO with info.
func forgetful(info string) (advice []string) {
	if policy := redisconn.Field(info, "maxmemory_policy"); policy != "" && policy != "noeviction" {
		advice = append(advice, "this Redis throws orders away when its memory is full: set maxmemory-policy noeviction / "+
			"메모리가 차면 주문을 버리는 Redis입니다: maxmemory-policy noeviction으로 바꾸세요")
	}
	if redisconn.Field(info, "aof_enabled") == "0" {
		advice = append(advice, "this Redis forgets the latest orders when it restarts: set appendonly yes / "+
			"다시 시작하면 최근 주문을 잊는 Redis입니다: appendonly yes로 바꾸세요")
	}
	return advice
}
