package client

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"jumun/shared/wire"
)

// Check asks the server for one order, to find out whether the server can be reached, is ready
// and accepts the token: nil says all three. It gives up after 15 s. It is safe for concurrent
// use, also while Run runs: it drops the order, and has a connection of its own. While Run
// waits because the token was revoked, Check fails without a request.
func (f *Client) Check(ctx context.Context) error {
	if f.revoked.Load() {
		return errRevoked
	}
	base, err := f.base()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, requestLimit, errNoAnswer)
	defer cancel()
	q := url.Values{wire.WaitParam: {"0"}, wire.LimitParam: {"1"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+wire.OrdersPath(f.Mart)+"?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Cache-Control", "no-cache") // a proxy's cached answer proves nothing
	return f.send(req, checkAnswer)
}

// checkAnswer returns what is wrong with the answer to a Check, or nil.
func checkAnswer(res *http.Response) error {
	if end := judge(res, "application/json", time.Now()); end != nil {
		return end.err
	}
	body, err := readBody(res, maxAnswer)
	if err != nil {
		return err
	}
	_, err = parsePolled(body)
	return err
}
