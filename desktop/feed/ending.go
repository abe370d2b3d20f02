package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"jumun/desktop/pipe"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// An ending is how one stream ended, and what the server wants next.
type ending struct {
	err     error         // why; never nil
	refused bool          // trying again helps only if a person changes something
	lasted  time.Duration // since the connect event; 0 if there was none
	retry   time.Duration // the stream's retry field: the base of the backoff; 0 if there was none
	asked   time.Duration // how long the server asked to wait this once
}

// Why a stream ended, where nobody else says it.
var (
	errEnded     = errors.New("the server ended the stream / 서버가 연결을 끝냈습니다")
	errSilent    = errors.New("nothing was heard for too long / 서버에서 아무 소식이 없습니다")
	errNoConnect = errors.New("the server answers too slowly / 서버의 응답이 너무 느립니다")
)

func (e ending) state() State {
	s := State{Name: pipe.Connecting, Detail: line(e.err.Error())}
	if e.refused {
		s.Name = pipe.Refused
	}
	return s
}

// longestDetail is what fits into a menu and a tooltip, in characters.
const longestDetail = 200

// line makes one short line of what a server or the system said.
func line(s string) string { return order.Line(s, longestDetail) }

// stayHere refuses to follow redirects: a device talks to the server it was given, and
// the login page of a network must not become that server.
func stayHere(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// judge says how res ends the attempt, or nil if it opens a stream.
func judge(res *http.Response, now time.Time) *ending {
	switch kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); {
	case res.StatusCode == http.StatusOK && kind == "text/event-stream":
		return nil
	case res.StatusCode == http.StatusOK:
		return &ending{err: fmt.Errorf("not an order stream but %q answers: check the server address or the network's login page / "+
			"주문 서버가 아닙니다: 서버 주소나 인터넷 로그인을 확인하세요", kind)}
	case res.StatusCode/100 == 3:
		return &ending{err: fmt.Errorf("%s to %q: check the server address or the network's login page / "+
			"다른 곳으로 보냅니다: 서버 주소나 인터넷 로그인을 확인하세요", res.Status, res.Header.Get("Location"))}
	}
	end := &ending{err: problem(res), asked: retryAfter(res.Header.Get("Retry-After"), now)}
	switch res.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNoContent:
		end.refused = true
	}
	return end
}

// problem is the answer as an error, with the server's own words if it has some.
func problem(res *http.Response) error {
	var p wire.Problem
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); kind == wire.ProblemType {
		body, _ := io.ReadAll(io.LimitReader(res.Body, maxEvent))
		_ = json.Unmarshal(body, &p) // without its words the status must do
	}
	if p.Detail == "" {
		return errors.New(res.Status)
	}
	return fmt.Errorf("%s: %s", res.Status, p.Detail)
}

// retryAfter reads a Retry-After header (RFC 9110, section 10.2.3): seconds or a date.
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
