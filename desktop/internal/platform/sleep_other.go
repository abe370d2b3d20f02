//go:build !linux

package platform

import "context"

// WatchSleep does nothing here: on Windows the tray is told. macOS tells only a program that listens to IOKit.
func WatchSleep(context.Context, func(), func()) {}
