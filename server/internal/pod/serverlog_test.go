package pod

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestOfTheLinesOfNetHTTPAFewAreLoggedAndAllAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		counted := map[string]int{}
		l := newServerLog(slog.New(slog.NewTextHandler(&out, nil)), func(reason string) { counted[reason]++ }).Logger()
		for range 1000 {
			l.Printf("http: TLS handshake error from 203.0.113.7:1: EOF")
			l.Printf("http2: server: error reading preface from client 203.0.113.7:1: bogus greeting")
		}
		l.Printf("http: panic serving 203.0.113.7:1: nil map\ngoroutine 1 [running]: %s", strings.Repeat("x", 1<<20))
		if n := strings.Count(out.String(), "\n"); n != 2*serverLogFirst+1 || out.Len() > 2*maxServerLine {
			t.Errorf("%d lines, %d bytes", n, out.Len())
		}
		if counted[badTLS] != 1000 || counted[badHTTP] != 1000 || counted[crashed] != 1 || !strings.Contains(out.String(), "level=ERROR") {
			t.Errorf("counted %v", counted)
		}
		time.Sleep(serverLogEvery)
		if l.Printf("http: TLS handshake error from 203.0.113.8:1: EOF"); !strings.Contains(out.String(), "withheld=997") {
			t.Errorf("after a minute: %s", out.String()[out.Len()-200:])
		}
	})
}
