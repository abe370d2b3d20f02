package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// How long the server may hold the answer to a long poll back: well below the 30 s
	// after which the first proxies call a request dead.
	longPoll = 25 * time.Second
	// Between short polls: an order that waits this long is not late yet, and a thousand
	// stores behind such networks are a few hundred cheap requests a second.
	shortPause = 3 * time.Second
	// What one poll asks for at most, and the longest answer taken, in bytes. The longest
	// order is 6 KB if every character of it is escaped; 128 of those fit.
	pollLimit     = 128
	longestAnswer = 1 << 20
)

var errTooLong = errors.New("the server's answer is too long: check the server address / 서버의 응답이 너무 깁니다: 서버 주소를 확인하세요")

// A poller asks for the events after the last one, page by page.
type poller struct {
	taker
	last order.ID // of the page before
}

// poll asks once, and hands over what came. The ending is not nil if people have to know.
func (p *poller) poll(ctx context.Context, w way) (page, *ending) {
	wait := time.Duration(0)
	if w == byLongPoll {
		wait = longPoll
	}
	after, began := p.LastID(), time.Now()
	body, end := p.fetch(ctx, after, wait)
	if end != nil {
		// Behind the same address a new connection may find a server that is not ill.
		p.client.CloseIdleConnections()
		return page{}, end
	}
	got := page{took: time.Since(began)}
	if err := p.open(body, after, &got); err != nil {
		return got, &ending{err: err}
	}
	return got, nil
}

// fetch is the body of one answer.
func (p *poller) fetch(ctx context.Context, after order.ID, wait time.Duration) ([]byte, *ending) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	late := time.AfterFunc(wait+connectLimit, func() { cancel(errNoAnswer) })
	defer late.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.address(after, wait), nil)
	if err != nil {
		return nil, &ending{err: err}
	}
	req.Header.Set("Accept", "application/json")
	res, err := p.ask(req, wait+headerLimit, cancel)
	if err != nil {
		return nil, &ending{err: why(ctx, err)}
	}
	defer res.Body.Close()
	if end := judge(res, "application/json", time.Now()); end != nil {
		return nil, end
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer+1))
	if err != nil {
		return nil, &ending{err: fmt.Errorf("answer broke: %w", why(ctx, err))}
	}
	if len(body) > longestAnswer {
		return nil, &ending{err: errTooLong}
	}
	return body, nil
}

func (p *poller) address(after order.ID, wait time.Duration) string {
	q := url.Values{}
	q.Set(wire.WaitParam, strconv.Itoa(int(wait.Seconds())))
	q.Set(wire.LimitParam, strconv.Itoa(pollLimit))
	if canSendBack(after) {
		q.Set(wire.AfterParam, string(after))
	}
	return p.base + wire.OrdersPath(p.Mart) + "?" + q.Encode()
}
