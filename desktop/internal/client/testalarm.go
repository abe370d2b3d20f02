package client

import (
	"context"
	"fmt"
	"net/http"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// AnswerTest tells the server what this device did with a test alarm. With ErrPointless the server takes no answer to that
// test any more. It is like Acknowledge in all else.
func (f *Client) AnswerTest(ctx context.Context, id order.ID, a wire.TestAnswer) error {
	if f.revoked.Load() {
		return fmt.Errorf("answer a test alarm: %w", errRevoked)
	}
	return f.post(ctx, wire.TestPath(f.Mart, id), a, func(res *http.Response) error {
		if res.StatusCode == http.StatusNoContent {
			return nil
		}
		return refusalIn(res)
	})
}
