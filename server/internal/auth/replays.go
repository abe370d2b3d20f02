package auth

import (
	"context"
	"time"

	"jumun/server/internal/auth/ratelimit"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// replayRate is how many events of a mart's log one device may read in a second, in the long run.
	// Events that come live do not count: the hub has them in memory.
	replayRate = 200
	// replayLogs is how many whole logs it may read at once: a PC that was away for days needs one, and
	// may lose its connection in the middle.
	replayLogs = 2
	// maxReplaying is how many devices are remembered with what they read, as maxPublishers.
	maxReplaying = 100_000
)

// replays bounds what devices read from the logs, which costs Redis and this server much more than the
// device that asks. A device is counted for each of its marts.
type replays struct {
	holders, lent *ratelimit.Limiter[watcher]
}

// newReplays returns replays for logs of at most so many events.
func newReplays(events int) replays {
	return replays{
		holders: ratelimit.NewLimiter[watcher](replayRate, replayLogs*events, maxReplaying),
		lent:    ratelimit.NewLimiter[watcher](lentDevices*replayRate, lentDevices*replayLogs*events, maxLent),
	}
}

// TakePage reports whether the sender of a request may read a page of the log of a mart now. If not,
// wait is how long until then. The caller must be inside Require.
func (g *Gate) TakePage(ctx context.Context, mart order.MartID) (wait time.Duration, ok bool) {
	granted := From(ctx)
	wait, ok = g.replays.holders.Allow(watcher{granted.Holder(), mart})
	if ok && granted.Lent != "" {
		wait, ok = g.replays.lent.Allow(watcher{granted.Lent, mart})
	}
	if !ok {
		g.opts.Refused(wire.RoleDevice, TooMany)
	}
	return wait, ok
}

// CountEvents counts the events of a page that TakePage has allowed.
func (g *Gate) CountEvents(ctx context.Context, mart order.MartID, n int) {
	granted := From(ctx)
	g.replays.holders.Charge(watcher{granted.Holder(), mart}, n)
	if granted.Lent != "" {
		g.replays.lent.Charge(watcher{granted.Lent, mart}, n)
	}
}
