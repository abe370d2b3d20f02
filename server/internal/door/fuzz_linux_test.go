package door

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// What is served without net/http is what net/http would have served: one request for a
// stream, with nothing behind it, and read in the same way.
func FuzzWanted(f *testing.F) {
	for _, seed := range []string{
		asked("42"), asked("a%2Fb"), asked("42") + asked("43"), with("Content-Length: 0"), with("X: a\r\n b"), with("Transfer-Encoding: chunked"), with("Host: b"),
		"GET /v1/marts/42/events?after=1-0 HTTP/1.0\r\n\r\n", "GET /v1/marts/42/events HTTP/1.1\nHost: a\n\n" + asked("43"), with("X : y"), with("X: \x80"), with("a/b: c"),
		"GET /v1/marts/42/events HTTP/1.1\r\nHost: a b\r\n\r\n", asked("%"), asked("#"), asked("42/events?x"), with("Pragma: no-cache"), with("Connection: close"),
	} {
		f.Add([]byte(seed))
	}
	d := &Door{opts: options(nil, nil)}
	reader := bufio.NewReader(nil)
	f.Fuzz(func(t *testing.T, head []byte) {
		if !d.wanted(head) {
			return
		}
		r, ok := parse(head, reader)
		if !ok {
			return
		}
		got := fmt.Sprintf("[%s]", text(r))
		if want := fmt.Sprint(byHTTP(head)); got != want || r.Body != http.NoBody || reader.Buffered() != 0 {
			t.Errorf("%q is read as\n%s, by net/http as\n%s", head, got, want)
		}
		if p := r.URL.EscapedPath(); !strings.HasPrefix(p, "/v1/marts/") || !strings.HasSuffix(p, "/events") || r.Method != http.MethodGet {
			t.Errorf("%q is for %s", head, p)
		}
	})
}

func text(r *http.Request) string {
	return fmt.Sprintf("%s %s %s %q %q %d %v", r.Method, r.RequestURI, r.Proto, r.Host, r.Header, r.ContentLength, r.TransferEncoding)
}

// byHTTP is what net/http makes of what comes over a connection.
func byHTTP(said []byte) (requests []string) {
	c := &tape{Reader: bytes.NewReader(said), closed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		requests = append(requests, text(r))
	}), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn)}
	_ = server.Serve(&one{conn: c}) // it ends at once, as there is one connection
	<-c.closed
	return requests
}

// one is a listener with one connection.
type one struct{ conn net.Conn }

func (o *one) Accept() (c net.Conn, err error) {
	if o.conn == nil {
		return nil, net.ErrClosed
	}
	c, o.conn = o.conn, nil
	return c, nil
}

func (*one) Close() error   { return nil }
func (*one) Addr() net.Addr { return &net.TCPAddr{} }

// A tape is a connection whose device has said it all.
type tape struct {
	*bytes.Reader
	closed chan struct{}
}

func (*tape) Write(p []byte) (int, error)      { return len(p), nil }
func (t *tape) Close() error                   { close(t.closed); return nil }
func (*tape) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (*tape) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (*tape) SetDeadline(time.Time) error      { return nil }
func (*tape) SetReadDeadline(time.Time) error  { return nil }
func (*tape) SetWriteDeadline(time.Time) error { return nil }
