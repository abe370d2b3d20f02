package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// longPoll is how long the server may hold back the answer to a long poll: well below
	// the 30 s after which some proxies end a request.
	longPoll = 25 * time.Second
	// shortPause is between short polls: an order that waits this long is not late yet, and
	// a thousand stores behind such networks make a few hundred cheap requests a second.
	shortPause = 3 * time.Second
	// pollLimit is how many events one poll asks for, and maxAnswer the longest answer that is
	// read, in bytes. The longest order has 6 KB if every character of it is escaped; 128 of
	// those fit.
	pollLimit = 128
	maxAnswer = 1 << 20
)

// A poller asks for the events after the last one, page by page.
type poller struct {
	eventHandler
	last order.ID // of the page before
}

// poll asks once, and hands over what came. The ending is nil if the poll succeeded.
func (p *poller) poll(ctx context.Context, w way) (page, *ending) {
	wait := time.Duration(0)
	if w == byLongPoll {
		wait = longPoll
	}
	after, began := p.LastID(), time.Now()
	body, end := p.fetch(ctx, after, wait)
	if end != nil {
		// Behind the same address a new connection may find a healthy server.
		p.client.CloseIdleConnections()
		return page{}, end
	}
	got := page{took: time.Since(began)}
	if err := p.open(body, after, &got); err != nil {
		return got, &ending{err: err}
	}
	return got, nil
}

// fetch returns the body of one answer.
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
		return nil, &ending{err: causeOf(ctx, err)}
	}
	defer res.Body.Close()
	if end := judge(res, "application/json", time.Now()); end != nil {
		return nil, end
	}
	p.tellClock(res, time.Now())
	body, err := readBody(res, maxAnswer)
	if err != nil {
		return nil, &ending{err: err}
	}
	return body, nil
}

func (p *poller) address(after order.ID, wait time.Duration) string {
	q := url.Values{}
	q.Set(wire.WaitParam, strconv.Itoa(int(wait.Seconds())))
	q.Set(wire.LimitParam, strconv.Itoa(pollLimit))
	if fitsHeader(after) {
		q.Set(wire.AfterParam, string(after))
	}
	return p.base + wire.OrdersPath(p.Mart) + "?" + q.Encode()
}
