package platform

import (
	"context"
	"time"
)

// watchAway calls changed when what read returns at a tick differs from before; at first it was false. A reading that
// fails says nothing.
func watchAway(ctx context.Context, ticks <-chan time.Time, read func() (bool, error), changed func(away bool)) {
	for before := false; ; {
		if now, err := read(); err == nil && now != before {
			before = now
			changed(now)
		}
		select {
		case <-ticks:
		case <-ctx.Done():
			return
		}
	}
}
