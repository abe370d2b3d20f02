//go:build !linux && !darwin

package platform

import "context"

// WatchSleep does nothing here: on Windows the tray is told.
func WatchSleep(context.Context, func(), func()) {}
