//go:build !linux

package platform

import (
	"context"
	"errors"
)

// system has no notification here yet: the sound and the tray still tell.
type system struct{}

func (system) show(_ context.Context, n Notice, _ func()) error {
	if n == (Notice{}) {
		return nil
	}
	return errors.New("system notifications are not supported on this system")
}

func (system) close() {}
