package pod

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"sync"
	"time"
)

const (
	// serverLogEvery is how often one kind of line of net/http is logged, after serverLogFirst of it.
	serverLogEvery = time.Minute
	serverLogFirst = 3
	// maxServerLine is how many bytes of such a line are logged: enough for the stack of a panic.
	maxServerLine = 8 << 10
)

// The kinds of net/http's lines: reasons in the metric of refused requests.
const (
	badTLS  = "tls"   // no TLS, no suite or no certificate for it
	badHTTP = "http"  // broken HTTP/2, and what else net/http has to say
	crashed = "panic" // a handler of ours has a fault
)

// A serverLog takes what net/http logs by itself, most of which any stranger can cause with a few
// bytes: it counts all of it, and logs little. It is safe for concurrent use.
type serverLog struct {
	log   *slog.Logger
	count func(reason string)

	mu    sync.Mutex
	kinds map[string]*noise
}

// noise is what was said of one kind.
type noise struct {
	logged   int
	last     time.Time
	withheld int // since last
}

// newServerLog returns a serverLog that counts by count.
func newServerLog(log *slog.Logger, count func(reason string)) *serverLog {
	return &serverLog{log: log, count: count, kinds: map[string]*noise{badTLS: {}, badHTTP: {}, crashed: {}}}
}

// Logger returns what to give to an http.Server.
func (l *serverLog) Logger() *log.Logger { return log.New(l, "", 0) }

// Write takes one line. It never fails.
func (l *serverLog) Write(line []byte) (int, error) {
	kind := kindOf(line)
	l.count(kind)
	if withheld, ok := l.allow(kind, time.Now()); ok {
		text := bytes.TrimSpace(line[:min(len(line), maxServerLine)])
		l.log.Log(context.Background(), level(kind), string(text), "reason", kind, "withheld", withheld)
	}
	return len(line), nil
}

// allow reports whether a line of a kind is logged, and how many of its kind were not since the last.
func (l *serverLog) allow(kind string, now time.Time) (withheld int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.kinds[kind]
	if n.logged >= serverLogFirst && now.Sub(n.last) < serverLogEvery {
		n.withheld++
		return 0, false
	}
	withheld = n.withheld
	n.logged, n.last, n.withheld = n.logged+1, now, 0
	return withheld, true
}

func level(kind string) slog.Level {
	if kind == crashed {
		return slog.LevelError
	}
	return slog.LevelWarn
}

func kindOf(line []byte) string {
	switch {
	case bytes.HasPrefix(line, []byte("http: TLS handshake error")):
		return badTLS
	case bytes.Contains(line, []byte("panic serving")):
		return crashed
	}
	return badHTTP
}
