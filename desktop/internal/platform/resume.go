package platform

import (
	"context"
	"time"
)

const (
	// clockInterval is how often the clocks are read. A minute of it costs less than a
	// millisecond.
	clockInterval = 2 * time.Second
	// minSleep is how late a reading must be to count as sleep. A busy PC is late by less,
	// and a connection that was quiet for less is still well.
	minSleep = 3 * time.Second
)

// WatchResume calls resumed each time this PC has slept, or this process was stopped, for
// 5 seconds or more. It calls it at most 2 seconds after the end of the sleep, in the
// caller's goroutine, until ctx ends. A wall clock that is set forward looks the same, and one
// that is set back counts too: whoever has compared it with another clock must do so again.
//
// On some systems the monotonic clock, which drives timers, stops while the PC sleeps, and
// the wall clock does not. So WatchResume reads both.
func WatchResume(ctx context.Context, resumed func()) {
	tick := time.NewTicker(clockInterval)
	defer tick.Stop()
	watchClocks(ctx, tick.C, readClocks(), resumed)
}

// clocks is a reading of the two clocks, each since a beginning of its own.
type clocks struct{ wall, monotonic time.Duration }

// readClocks returns a function that reads the clocks of this PC.
func readClocks() func() clocks {
	start := time.Now()
	return func() clocks {
		now := time.Now()
		return clocks{wall: time.Duration(now.UnixNano()), monotonic: now.Sub(start)}
	}
}

func watchClocks(ctx context.Context, ticks <-chan time.Time, read func() clocks, resumed func()) {
	before := read()
	for {
		select {
		case <-ticks:
			now := read()
			if slept(before, now) {
				resumed()
			}
			before = now
		case <-ctx.Done():
			return
		}
	}
}

// slept reports whether too much time has passed between two readings for a PC that is awake, or the
// wall clock was set back.
func slept(before, now clocks) bool {
	wall, monotonic := now.wall-before.wall, now.monotonic-before.monotonic
	return max(wall, monotonic) > clockInterval+minSleep || monotonic-wall > minSleep
}
