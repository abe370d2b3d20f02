package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"jumun/desktop/internal/ipc"
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
	reached := false
	err = f.send(req, func(res *http.Response) error {
		reached = true
		return checkAnswer(res)
	})
	if err != nil && !reached {
		return explainUnreached(ctx, err)
	}
	return err
}

// explainUnreached adds to err, which came before any answer, what happened.
func explainUnreached(ctx context.Context, err error) error {
	for _, known := range []error{errNoAnswer, errUntrusted, errUntimely, errMisnamed} {
		if errors.Is(err, known) {
			return err
		}
	}
	if ctx.Err() != nil {
		return err // the caller has given up
	}
	return fmt.Errorf("%w (%w)", errUnreached, err)
}

// checkAnswer returns what is wrong with the answer to a Check, or nil.
func checkAnswer(res *http.Response) error {
	if end := judge(res, "application/json", time.Now()); end != nil {
		return explainEnding(res.StatusCode, *end)
	}
	body, err := readBody(res, maxAnswer)
	if err != nil {
		return err
	}
	_, err = parsePolled(body)
	return err
}

// explainEnding returns the error for an answer that ended an attempt like that.
func explainEnding(status int, end ending) error {
	switch end.reason {
	case ipc.RefusedToken:
		return errUnknown
	case ipc.RefusedExpired:
		return errExpired
	case ipc.RefusedRevoked:
		return errRevoked
	case ipc.RefusedMart:
		return errOtherMart
	}
	switch {
	case end.refused:
		return fmt.Errorf("%w (%w)", errBlocked, end.err)
	case status >= http.StatusInternalServerError:
		return fmt.Errorf("%w (%w)", errNotReady, end.err)
	}
	return end.err
}
