//go:build !windows

package platform

import "context"

// WatchAway does nothing here: where another session takes the speaker, the sound device tells it.
func WatchAway(context.Context, func(away bool)) {}
