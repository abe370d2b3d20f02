package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// ackLimit is how long one Acknowledge may take: the server writes to its log within a
// second, the rest is for a store's worst connection. Nobody waits for it: the order is
// silent here already, and whoever keeps it asks again.
const ackLimit = 15 * time.Second

// ErrPointless is under the errors of Acknowledge that every further try would get too:
// drop that confirmation. All others may be gone later: keep it and try again.
var ErrPointless = errors.New("trying again will not help / 다시 시도해도 소용없습니다")

// Acknowledge tells the server that the order with this number was confirmed on Device.
// It returns nil once that is recorded, also if somebody else was earlier, and gives up
// after 15 s. It may be called at any time, beside Run and beside itself.
func (f *Feed) Acknowledge(ctx context.Context, number order.OrderID) error {
	ctx, cancel := context.WithTimeoutCause(ctx, ackLimit, errNoAnswer)
	defer cancel()
	req, err := f.acknowledgement(ctx, number)
	if err != nil {
		return err
	}
	d := f.withDefaults()
	client := d.newClient()
	// Confirmations are minutes apart, and a connection as old as that may be dead.
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("confirm order: %w", why(ctx, short(err)))
	}
	defer res.Body.Close()
	return verdict(res)
}

func (f *Feed) acknowledgement(ctx context.Context, number order.OrderID) (*http.Request, error) {
	base, err := f.base()
	if err != nil {
		return nil, err
	}
	if _, err := order.ParseOrderID(string(number)); err != nil {
		return nil, fmt.Errorf("confirm order: %w: %w", err, ErrPointless)
	}
	body, _ := json.Marshal(wire.Acknowledgement{Device: f.Device}) // a string always marshals
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+wire.AckPath(f.Mart, number), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "jumun")
	return req, nil
}

// verdict reads the answer to an Acknowledge. 401 and 403 are not for good: a person may
// pair this PC again.
func verdict(res *http.Response) error {
	switch res.StatusCode {
	case http.StatusNoContent:
		return nil
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusGone, http.StatusRequestEntityTooLarge:
		return fmt.Errorf("confirm order: %w: %w", problem(res), ErrPointless)
	}
	return fmt.Errorf("confirm order: %w", problem(res))
}
