//go:build unix

package platform

import (
	"context"
	"os"
	"time"
)

// parentInterval is how often the parent is looked at: a process that has lost it gets another one.
const parentInterval = 10 * time.Second

// WatchParent returns nil when the process that started this one has ended, or the error of ctx.
func WatchParent(ctx context.Context) error {
	parent := os.Getppid()
	tick := time.NewTicker(parentInterval)
	defer tick.Stop()
	for os.Getppid() == parent {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
