package platform

import (
	"context"
	"time"
)

const (
	// wakeTick is how often Woke looks: a minute of it costs less than a millisecond.
	wakeTick = 2 * time.Second
	// asleep is how much longer than wakeTick nothing can have happened on a PC that was
	// awake: a busy one is late by less. A connection that was quiet for so short is well.
	asleep = 3 * time.Second
)

// Woke calls woke each time this PC has slept, or this process was stopped, for
// 5 seconds or more, at most 2 seconds after it is awake again, until ctx ends. A clock that is
// put forward looks the same, so woke must do no harm. It runs in the caller's goroutine.
//
// The clock by which timers go stands still in a PC that sleeps, on some systems; the
// wall's goes on. So both are looked at.
func Woke(ctx context.Context, woke func()) {
	tick := time.NewTicker(wakeTick)
	defer tick.Stop()
	watchSleep(ctx, tick.C, readClocks(), woke)
}

// clocks are the two clocks at one moment, since some beginning of their own.
type clocks struct{ wall, monotonic time.Duration }

// readClocks returns a func that reads the clocks of this PC.
func readClocks() func() clocks {
	start := time.Now()
	return func() clocks {
		now := time.Now()
		return clocks{wall: time.Duration(now.UnixNano()), monotonic: now.Sub(start)}
	}
}

func watchSleep(ctx context.Context, ticks <-chan time.Time, read func() clocks, woke func()) {
	before := read()
	for {
		select {
		case <-ticks:
			now := read()
			if slept(before, now) {
				woke()
			}
			before = now
		case <-ctx.Done():
			return
		}
	}
}

// slept says whether more time has gone by between two ticks than while awake.
func slept(before, now clocks) bool {
	return max(now.wall-before.wall, now.monotonic-before.monotonic) > wakeTick+asleep
}
