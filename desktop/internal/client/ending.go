package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// An ending says how a stream ended or a poll failed, and what the server wants next.
type ending struct {
	err       error         // why; never nil
	refused   bool          // only a person can change that
	stranger  bool          // who answered is not the server: a network's login page, or a proxy that refuses
	reason    string        // what is wrong with the token: ipc.RefusedToken, …; empty: nothing, or not known
	swallowed bool          // the server was reached, but no byte of a stream came back
	heldBack  bool          // something on the way holds back what the server has sent
	connected bool          // there was a connect event
	bye       bool          // the server said that it ends the stream
	lasted    time.Duration // since the connect event; 0 if there was none
	delivered bool          // it brought an event
	heard     time.Time     // when the server was last heard, if it fell silent; else zero
	retry     time.Duration // the stream's retry field: the base of the backoff; 0 if there was none
	asked     time.Duration // how long the server asked to wait this once
}

// state returns what people see after e; explain makes a line for them of an error.
func (e ending) state(explain func(error) string) State {
	s := State{Name: ipc.Connecting, Detail: explain(e.err), Heard: e.heard}
	if e.refused {
		s.Name, s.Reason = ipc.Refused, e.reason
	}
	return s
}

// final reports whether the server has answered that the token was revoked. A bye is no answer.
func (e ending) final() bool { return e.reason == ipc.RefusedRevoked && !e.bye }

// maxDetail is what fits into a menu and a tooltip, in characters.
const maxDetail = 200

// line returns s as one short line.
func line(s string) string { return order.Line(s, maxDetail) }

// judge returns how res ends the attempt, or nil if its body has the wanted media type.
func judge(res *http.Response, want string, now time.Time) *ending {
	if kind := mediaType(res); res.StatusCode == http.StatusOK && kind == want {
		return nil
	}
	p, err := problem(res)
	end := &ending{err: err, asked: retryAfter(res.Header.Get("Retry-After"), now)}
	switch res.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		end.refused, end.reason, end.stranger = true, reason(p), !strings.HasPrefix(p.Type, wire.ProblemPrefix)
	case http.StatusNoContent:
		end.refused, end.stranger = true, true
	case http.StatusOK, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusNetworkAuthenticationRequired:
		end.stranger = true // so do networks' login pages
	}
	return end
}

// reason returns why a server refuses, or "": a network's login page and proxies answer 401
// and 403 too.
func reason(p wire.Problem) string {
	switch p.Type {
	case wire.ProblemToken:
		return ipc.RefusedToken
	case wire.ProblemExpired:
		return ipc.RefusedExpired
	case wire.ProblemRevoked:
		return ipc.RefusedRevoked
	case wire.ProblemForbidden:
		return ipc.RefusedMart
	}
	return ""
}

// bye returns the ending that the data of a bye event asks for.
func bye(data string) *ending {
	var b wire.Bye
	_ = json.Unmarshal([]byte(data), &b) // the stream ends, whatever it says
	wait := min(max(b.RetryMs, 0), maxRetryAfter.Milliseconds())
	end := &ending{
		bye:   true,
		err:   fmt.Errorf("%w (%s)", errEnded, line(b.Reason)),
		asked: time.Duration(wait) * time.Millisecond,
	}
	switch b.Reason {
	case wire.ByeRevoked:
		end.err, end.refused, end.reason = errRevoked, true, ipc.RefusedRevoked
	case wire.ByeExpired:
		end.reason = ipc.RefusedExpired // the next answer refuses, if there is no new token by then
	}
	return end
}

func mediaType(res *http.Response) string {
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return kind
}

// problem returns an answer that nobody wants as an error, and the server's problem document
// (RFC 9457) if the answer has one.
func problem(res *http.Response) (p wire.Problem, err error) {
	switch {
	case res.StatusCode == http.StatusOK:
		return p, fmt.Errorf("%w, but %q", errNotServer, mediaType(res))
	case res.StatusCode/100 == 3:
		return p, fmt.Errorf("%w: %s to %q", errRedirected, res.Status, res.Header.Get("Location"))
	}
	if mediaType(res) == wire.ProblemType {
		body, _ := io.ReadAll(io.LimitReader(res.Body, maxEvent))
		_ = json.Unmarshal(body, &p) // without its words the status must do
	}
	err = errors.New(res.Status)
	if p.Detail != "" {
		err = &serverSays{status: res.Status, detail: line(p.Detail)}
	}
	if cause := causeInAnswer(res.StatusCode, p); cause != nil {
		err = fmt.Errorf("%w (%w)", cause, err)
	}
	return p, err
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
