package client

import (
	"context"
	"fmt"
	"net/http"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Acknowledge tells the server that the order with this number was confirmed on Device.
// It returns nil once that is recorded, also if somebody else was earlier, and gives up
// after 15 s. It is safe for concurrent use, also while Run runs. While Run waits because the
// token was revoked, Acknowledge fails without a request.
func (f *Client) Acknowledge(ctx context.Context, number order.OrderID) error {
	if _, err := order.ParseOrderID(string(number)); err != nil {
		return fmt.Errorf("confirm order: %w: %w", err, ErrPointless)
	}
	if f.revoked.Load() {
		return fmt.Errorf("confirm order: %w", errRevoked)
	}
	if err := f.post(ctx, wire.AckPath(f.Mart, number), wire.Acknowledgement{Device: f.Device}, readAcknowledged); err != nil {
		return fmt.Errorf("confirm order: %w", err)
	}
	return nil
}

// readAcknowledged reads the answer to an acknowledgement. 401 and 403 are not final: a
// person may pair this PC again.
func readAcknowledged(res *http.Response) error {
	if res.StatusCode == http.StatusNoContent {
		return nil
	}
	_, err := problem(res)
	switch res.StatusCode {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusGone, http.StatusRequestEntityTooLarge:
		return fmt.Errorf("%w: %w", err, ErrPointless)
	}
	if res.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("%w: %w", err, ErrLater)
	}
	return err
}
