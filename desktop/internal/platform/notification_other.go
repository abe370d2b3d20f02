//go:build !linux && !darwin

package platform

import (
	"context"
	"errors"
)

// A daemon shows nothing: on Windows the tray itself shows notifications.
type daemon struct{}

func (daemon) show(_ context.Context, n Notification, _ func(int)) error {
	if n == (Notification{}) {
		return nil
	}
	return errors.New("system notifications are not supported on this system")
}

func (daemon) close() {}
