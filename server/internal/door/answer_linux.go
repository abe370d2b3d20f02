package door

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"time"
)

// answerTimeout is how long a device may take for an answer that is no stream.
const answerTimeout = 5 * time.Second

// An answer is the http.ResponseWriter of a request: a stream takes its connection over;
// whatever else is said is short, and sent at once when the handler is done.
type answer struct {
	minor  int // of the HTTP/1 that is spoken
	conn   *Conn
	taken  bool // over: the connection is the handler's
	header http.Header
	status int
	body   []byte
}

// newAnswer begins an answer; live and slow are for its Conn.
func newAnswer(live context.Context, fd, minor int, slow func()) *answer {
	return &answer{minor: minor, conn: &Conn{fd: fd, live: live, slow: slow}, header: http.Header{}}
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, p...)
	return len(p), nil
}

// Hijack hands the connection over, a *Conn. There is nothing buffered.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if a.taken {
		return nil, nil, http.ErrHijacked
	}
	a.taken = true
	return a.conn, nil, nil
}

// finish sends what was said, and ends the connection, unless it was taken over.
func (a *answer) finish() {
	if a.taken {
		return
	}
	defer a.conn.Close()
	a.WriteHeader(http.StatusOK)
	res := http.Response{
		StatusCode: a.status, ProtoMajor: 1, ProtoMinor: a.minor, Header: a.header, Close: true,
		ContentLength: int64(len(a.body)), Body: io.NopCloser(bytes.NewReader(a.body)),
	}
	a.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	var text bytes.Buffer
	if res.Write(&text) == nil {
		_ = a.conn.SetWriteDeadline(time.Now().Add(answerTimeout))
		_, _ = a.conn.Write(text.Bytes()) // whoever is gone asks again
	}
}
