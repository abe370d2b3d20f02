package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"jumun/shared/wire"
)

// ErrOldServer says that the server is older than what was asked of it.
var ErrOldServer = errors.New("the server is older than that")

// Report tells the server what this device can do. It fails with ErrOldServer if the server takes no reports. It is
// like Acknowledge in all else.
func (f *Client) Report(ctx context.Context, p wire.Presence) error {
	if f.revoked.Load() {
		return fmt.Errorf("report what this device can do: %w", errRevoked)
	}
	err := f.post(ctx, wire.PresencePath(f.Mart), p, func(res *http.Response) error {
		if res.StatusCode == http.StatusNoContent {
			return nil
		}
		return refusalIn(res)
	})
	if errors.Is(err, errNoSuchPath) {
		return fmt.Errorf("%w: %w", ErrOldServer, err)
	}
	return err
}
