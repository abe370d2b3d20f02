package harness

import (
	"context"
	"fmt"
	"time"
)

const (
	// Timeout is how long Until waits at most: what takes a second on an idle machine takes many
	// on one that compiles at the same time, and a test that passes never waits for it.
	Timeout = 90 * time.Second
	// pollInterval is how often Until calls ok: often enough to be fast, seldom enough to cost nothing.
	pollInterval = 25 * time.Millisecond
)

// Until calls ok until it returns nil. When Timeout or ctx runs out, Until returns an error with
// what and the last error of ok.
func Until(ctx context.Context, what string, ok func() error) error {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		err := ok()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w", what, err)
		}
	}
}
