package revocation

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
)

var (
	// NowScript is the beginning of Lua scripts that need the time: it sets now, in
	// milliseconds since 1970, as text.
	//
	//go:embed now.lua
	NowScript string

	now = redis.NewScript(NowScript + "return now")
)

// Now returns the time by the clock that stamps revocations, so that whether a token is void
// does not depend on the clocks of the servers.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	at, err := now.Run(ctx, s.client, []string{key}).Text()
	if err == nil {
		var t time.Time
		if t, err = ParseTime(at); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("ask Redis for the time: %w", err)
}

// ParseTime parses milliseconds since 1970, as our scripts write and compare them. More than
// 15 digits would not be exact in Lua. Its errors wrap order.ErrMalformed.
func ParseTime(s string) (time.Time, error) {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms <= 0 || len(s) > 15 || s != strconv.FormatInt(ms, 10) {
		return time.Time{}, redisconn.NotOurs("the time %.20q", s)
	}
	return time.UnixMilli(ms).UTC(), nil
}
