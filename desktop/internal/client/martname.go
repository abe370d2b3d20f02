package client

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"time"

	"jumun/desktop/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// nameEvery is how often the name of the mart is asked for: a shop gets another name once in years.
	nameEvery = time.Hour
	// nameWithin is how soon after a connect it is asked for: all stores of a server that restarts connect in
	// one moment.
	nameWithin = 20 * time.Second
)

// askNames asks for the name of the mart until ctx ends, once the client was connected.
func (r *reader) askNames(ctx context.Context) {
	if r.Named == nil {
		return
	}
	select {
	case <-ctx.Done():
		return
	case <-r.connected.wanted():
	}
	for pause := nameWithin; ctx.Err() == nil; pause = nameEvery {
		if wait.For(ctx, time.Duration(rand.Float64()*float64(nameWithin))); ctx.Err() != nil {
			return
		}
		if name, err := r.martName(ctx); err == nil && ctx.Err() == nil { // a server of before has none
			r.Named(name)
		}
		wait.For(ctx, pause)
	}
}

// martName returns what the server calls the mart; "" if it has no name.
func (f *Client) martName(ctx context.Context) (string, error) {
	if f.revoked.Load() {
		return "", errRevoked
	}
	base, err := f.base()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, requestLimit, errNoAnswer)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+wire.MartPath(f.Mart), nil)
	if err != nil {
		return "", err
	}
	var mart wire.Mart
	err = f.send(req, func(res *http.Response) error {
		if end := judge(res, "application/json", time.Now()); end != nil {
			return end.err
		}
		body, err := readBody(res, maxPaired)
		if err != nil {
			return err
		}
		return json.Unmarshal(body, &mart)
	})
	return order.Line(mart.Name, order.MaxName), err
}
