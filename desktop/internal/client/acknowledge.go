package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// ErrPointless is under the errors of Acknowledge that every further try would get too:
// drop that confirmation. All others may be gone later: keep it and try again.
var ErrPointless = errors.New("trying again will not help / 다시 시도해도 소용없습니다")

// ErrLater is under the errors of Acknowledge where the server answered, and cannot take
// that confirmation now. Others it may take.
var ErrLater = errors.New("the server cannot take it now / 서버가 지금은 받지 못합니다")

// Acknowledge tells the server that the order with this number was confirmed on Device.
// It returns nil once that is recorded, also if somebody else was earlier, and gives up
// after 15 s. It may be called at any time, beside Run and beside itself. While Run waits
// because the token was revoked, it fails without asking.
func (f *Feed) Acknowledge(ctx context.Context, number order.OrderID) error {
	if _, err := order.ParseOrderID(string(number)); err != nil {
		return fmt.Errorf("confirm order: %w: %w", err, ErrPointless)
	}
	if f.revoked.Load() {
		return fmt.Errorf("confirm order: %w", errRevoked)
	}
	if err := f.post(ctx, wire.AckPath(f.Mart, number), wire.Acknowledgement{Device: f.Device}, verdict); err != nil {
		return fmt.Errorf("confirm order: %w", err)
	}
	return nil
}

// verdict reads the answer to an Acknowledge. 401 and 403 are not for good: a person may
// pair this PC again.
func verdict(res *http.Response) error {
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
