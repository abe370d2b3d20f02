//go:build unix

package platform

import "context"

// WatchQuit returns the error of ctx: here a process is asked to end by a signal.
func WatchQuit(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
