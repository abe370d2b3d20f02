package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

// What people can do about a server that does not answer, or that refuses.
var (
	errUnreached = errors.New("the server cannot be reached: check the internet connection and the server address / " +
		"서버에 연결할 수 없습니다: 인터넷 연결과 서버 주소를 확인하세요")
	errNotReady = errors.New("the server is not ready: try again in a moment / " +
		"서버가 아직 준비되지 않았습니다: 잠시 후 다시 시도하세요")
	errUnknown = errors.New("the server does not know this PC: pair it again / " +
		"서버가 이 PC를 모릅니다: 다시 페어링하세요")
	errExpired = errors.New("the pairing of this PC has ended: pair it again / " +
		"페어링 기한이 지났습니다: 다시 페어링하세요")
	errOtherMart = errors.New("this PC is not paired with this mart: check the mart ID, or pair it again / " +
		"이 매장에 페어링된 PC가 아닙니다: 매장 ID를 확인하거나 다시 페어링하세요")
	errStopped = errors.New("something before the server refuses: check the server address or the network's login page / " +
		"서버에 닿기 전에 거부되었습니다: 서버 주소나 인터넷 로그인을 확인하세요")
)

// Check asks the server for one order, to find out whether it is there, is ready and
// takes our token: nil says all three. Its errors are one line for people. It gives up
// after 15 s. It may be called at any time, beside Run and beside itself: what it is told
// of orders is thrown away, and its connection is its own. While Run waits because the
// token was revoked, it fails without asking.
func (f *Feed) Check(ctx context.Context) error {
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
	req.Header.Set("Cache-Control", "no-cache") // a proxy's memory of the server proves nothing
	reached := false
	err = f.send(req, func(res *http.Response) error {
		reached = true
		return isWell(res)
	})
	if err != nil && !reached {
		return unreached(ctx, err)
	}
	return err
}

// unreached is err, from before there was an answer, with what to do about it.
func unreached(ctx context.Context, err error) error {
	for _, known := range []error{errNoAnswer, errUntrusted, errUntimely, errMisnamed} {
		if errors.Is(err, known) {
			return err
		}
	}
	if ctx.Err() != nil {
		return err // whoever asked has given up
	}
	return fmt.Errorf("%w (%w)", errUnreached, err)
}

// isWell says what is wrong with the answer to a Check.
func isWell(res *http.Response) error {
	if end := judge(res, "application/json", time.Now()); end != nil {
		return advice(res.StatusCode, *end)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer+1))
	if err != nil {
		return fmt.Errorf("answer broke: %w", why(res.Request.Context(), err))
	}
	_, err = parsePolled(body)
	return err
}

// advice is what to do about an answer that ends an attempt like that.
func advice(status int, end ending) error {
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
		return fmt.Errorf("%w (%w)", errStopped, end.err)
	case status >= http.StatusInternalServerError:
		return fmt.Errorf("%w (%w)", errNotReady, end.err)
	}
	return end.err
}
