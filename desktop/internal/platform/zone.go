package platform

import (
	"context"
	"time"
)

// zoneInterval is how often the time zone is looked at: nobody changes it often.
const zoneInterval = 15 * time.Second

// WatchZone returns nil when the time zone of this PC has changed since the call, or the error of ctx.
// A process reads the zone once, when it first needs it: only another one knows the new one.
func WatchZone(ctx context.Context) error {
	tick := time.NewTicker(zoneInterval)
	defer tick.Stop()
	return watchZone(ctx, tick.C, readZone)
}

// watchZone compares what read returns at each tick. A reading that fails says nothing: the file is being
// replaced, say.
func watchZone(ctx context.Context, ticks <-chan time.Time, read func() (string, error)) error {
	before, err := read()
	for {
		select {
		case <-ticks:
		case <-ctx.Done():
			return ctx.Err()
		}
		now, failed := read()
		if failed == nil && err == nil && now != before {
			return nil
		}
		if failed == nil {
			before, err = now, nil
		}
	}
}
