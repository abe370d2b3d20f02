package client

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Check asks the server for one order, to find out whether the server can be reached, is ready
// and accepts the token: nil says all three. It gives up after 15 s. It is safe for concurrent
// use, also while Run runs: it drops the order, and has a connection of its own. While Run
// waits because the token was revoked, Check fails without a request.
func (f *Client) Check(ctx context.Context) error {
	_, err := f.peek(ctx, "")
	return err
}

// peek is Check with an order after an ID, if there is one.
func (f *Client) peek(ctx context.Context, after order.ID) (polled wire.Polled, err error) {
	if f.revoked.Load() {
		return polled, errRevoked
	}
	base, err := f.base()
	if err != nil {
		return polled, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, requestLimit, errNoAnswer)
	defer cancel()
	q := url.Values{wire.WaitParam: {"0"}, wire.LimitParam: {"1"}}
	if fitsHeader(after) {
		q.Set(wire.AfterParam, string(after))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+wire.OrdersPath(f.Mart)+"?"+q.Encode(), nil)
	if err != nil {
		return polled, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Cache-Control", "no-cache") // a proxy's cached answer proves nothing
	err = f.send(req, func(res *http.Response) error {
		polled, err = readPolled(res)
		return err
	})
	return polled, err
}

// readPolled reads the answer to a poll. Its error is what is wrong with it.
func readPolled(res *http.Response) (wire.Polled, error) {
	if end := judge(res, "application/json", time.Now()); end != nil {
		return wire.Polled{}, end.err
	}
	body, err := readBody(res, maxAnswer)
	if err != nil {
		return wire.Polled{}, err
	}
	return parsePolled(body)
}
