//go:build !linux

package platform

import (
	"context"
	"errors"
)

// A daemon shows nothing on macOS: the sound and the tray still alert people. On Windows the tray
// itself shows notifications.
type daemon struct{}

func (daemon) show(_ context.Context, n Notification, _ func(int)) error {
	if n == (Notification{}) {
		return nil
	}
	return errors.New("system notifications are not supported on this system")
}

func (daemon) close() {}
