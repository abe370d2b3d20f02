//go:build !linux

package platform

import (
	"context"
	"errors"
)

// A daemon shows nothing on Windows and macOS: the sound and the tray still alert people.
// The toast library for Windows can neither replace nor remove a toast, and falls back to
// PowerShell, which antivirus programs block.
type daemon struct{}

func (daemon) show(_ context.Context, n Notification, _ func(int)) error {
	if n == (Notification{}) {
		return nil
	}
	return errors.New("system notifications are not supported on this system")
}

func (daemon) close() {}
