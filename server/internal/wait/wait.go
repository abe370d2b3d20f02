// Package wait makes a goroutine wait in a way that a context can end.
package wait

import (
	"context"
	"time"
)

// For blocks for d, or until ctx ends.
func For(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Call calls f and returns its error, or that of ctx as soon as ctx ends. The Redis library reads on until its own
// timeout, whatever its context says: f then goes on without its caller, who must not need what f does any more.
func Call(ctx context.Context, f func() error) error {
	called := make(chan error, 1)
	go func() { called <- f() }()
	select {
	case err := <-called:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
