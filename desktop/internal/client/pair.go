package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxPaired is the longest answer that is read, in bytes: the longest token, and the rest.
const maxPaired = wire.MaxToken + wire.MaxPairing

// Pair exchanges a pairing code for a token at the server with this address, through a
// transport, or through one with timeouts if that is nil. It gives up after 15 s. Its errors
// are ErrCode, a *TooManyError, or others that Explain knows, and never contain the code. A
// code may be used up although the answer was lost.
func Pair(ctx context.Context, server string, through http.RoundTripper, r wire.PairRequest) (wire.Paired, error) {
	f := &Client{Server: server, Mart: r.MartID, HTTP: through}
	return f.pair(ctx, wire.PairPath, r)
}

// Enrol exchanges an enrolment key for a token, as Pair does a code. The answer says of which mart this PC is. Its
// errors are ErrEnrol, a *TooManyError, or others that Explain knows, and never contain the key. If the answer may
// have been lost, the same request is to be sent again.
func Enrol(ctx context.Context, server string, through http.RoundTripper, r wire.EnrolRequest) (wire.Paired, error) {
	f := &Client{Server: server, anyMart: true, HTTP: through}
	got, err := f.pair(ctx, wire.EnrolPath, r)
	if err != nil {
		return wire.Paired{}, err
	}
	if got.MartID, err = order.ParseMartID(string(got.MartID)); err != nil {
		return wire.Paired{}, errNotServer
	}
	return got, nil
}

// pair posts a request for a token and returns the answer, which has one.
func (f *Client) pair(ctx context.Context, path string, request any) (got wire.Paired, err error) {
	err = f.post(ctx, path, request, func(res *http.Response) error {
		got, err = readPaired(res)
		return err
	})
	return got, err
}

func readPaired(res *http.Response) (wire.Paired, error) {
	if res.StatusCode != http.StatusOK || mediaType(res) != "application/json" {
		return wire.Paired{}, readRefusal(res)
	}
	body, err := readBody(res, maxPaired)
	if err != nil {
		return wire.Paired{}, err
	}
	return parsePaired(body)
}

// readRefusal returns an answer without a token as an error.
func readRefusal(res *http.Response) error {
	p, err := problem(res)
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		return &TooManyError{Wait: retryAfter(res.Header.Get("Retry-After"), time.Now())}
	case p.Type == wire.ProblemCode:
		return ErrCode
	case p.Type == wire.ProblemEnrol:
		return ErrEnrol
	case p.Type == wire.ProblemNoSuchPath:
		return errNoSuchPath
	case p.Type == wire.ProblemForbidden:
		return fmt.Errorf("%w: %w", errForbidden, err)
	}
	return err
}

// parsePaired reads the body of an answer. Its token fits in a header. Its errors do not
// contain the body, which may have a token.
func parsePaired(body []byte) (wire.Paired, error) {
	var p wire.Paired
	switch {
	case len(body) > maxPaired:
		return wire.Paired{}, errTooLong
	case json.Unmarshal(body, &p) != nil:
		return wire.Paired{}, errNotServer
	case !visible(p.Token):
		return wire.Paired{}, errNoToken
	}
	p.Device, p.MartName = line(p.Device), order.Line(p.MartName, order.MaxName)
	return p, nil
}
