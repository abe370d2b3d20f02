package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// ErrCode says that the server does not take the code for that mart. It does not say
// which of the two is wrong.
var ErrCode = errors.New("the mart ID or the code is wrong, or the code was used or has ended: ask an administrator for a new code / " +
	"매장 ID나 등록 코드가 틀렸거나, 이미 쓴 코드이거나, 시간이 지났습니다: 관리자에게 새 코드를 요청하세요")

// longestPaired is the longest answer taken, in bytes: the longest token, and the rest.
const longestPaired = wire.MaxToken + wire.MaxPairing

var errNoToken = errors.New("the server's answer has no token: check the server address / " +
	"서버의 응답에 토큰이 없습니다: 서버 주소를 확인하세요")

// A TooManyError says that the server was asked too often, from here or for that mart.
type TooManyError struct {
	Wait time.Duration // how long the server asks to wait; 0 if it does not say
}

func (e *TooManyError) Error() string {
	if e.Wait <= 0 {
		return "too many tries: try again later / 시도가 너무 많습니다: 잠시 후 다시 시도하세요"
	}
	s := int((e.Wait + time.Second - 1) / time.Second)
	return fmt.Sprintf("too many tries: try again in %d s / 시도가 너무 많습니다: %d초 후 다시 시도하세요", s, s)
}

// Pair asks the server at this address for a token, by a pairing code. It reaches it
// through a transport, or one as a Feed has it if that is nil, and gives up after 15 s.
// Its errors are one line for people, and never repeat the code: ErrCode, a
// *TooManyError, and whatever else went wrong. A code may be used up although the answer
// was lost.
func Pair(ctx context.Context, server string, through http.RoundTripper, r wire.PairRequest) (wire.Paired, error) {
	f := &Feed{Server: server, Mart: r.MartID, HTTP: through}
	return f.pair(ctx, wire.PairPath, r)
}

// pair posts a request for a token. The answer has one.
func (f *Feed) pair(ctx context.Context, path string, request any) (got wire.Paired, err error) {
	err = f.post(ctx, path, request, func(res *http.Response) error {
		got, err = readPaired(res)
		return err
	})
	return got, err
}

func readPaired(res *http.Response) (wire.Paired, error) {
	if res.StatusCode != http.StatusOK || mediaType(res) != "application/json" {
		return wire.Paired{}, unpaired(res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, longestPaired+1))
	if err != nil {
		return wire.Paired{}, fmt.Errorf("answer broke: %w", why(res.Request.Context(), err))
	}
	return parsePaired(body)
}

// unpaired is an answer without a token as an error.
func unpaired(res *http.Response) error {
	p, err := problem(res)
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		return &TooManyError{Wait: retryAfter(res.Header.Get("Retry-After"), time.Now())}
	case p.Type == wire.ProblemCode:
		return ErrCode
	}
	return err
}

// parsePaired reads the body of an answer. Its token can stand in a header. Its errors do
// not repeat the body, which may have a token.
func parsePaired(body []byte) (wire.Paired, error) {
	var p wire.Paired
	switch {
	case len(body) > longestPaired:
		return wire.Paired{}, errTooLong
	case json.Unmarshal(body, &p) != nil:
		return wire.Paired{}, errGarbage
	case !visible(p.Token):
		return wire.Paired{}, errNoToken
	}
	p.Device, p.MartName = line(p.Device), order.Line(p.MartName, order.MaxName)
	return p, nil
}
