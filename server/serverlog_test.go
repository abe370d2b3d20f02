//go:build linux

package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"jumun/shared/wire"
)

// linesOf returns how many lines of the log of s have text.
func linesOf(s *program, text string) (n int) {
	for line := range strings.Lines(s.err.String()) {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

func TestWhatStrangersMakeTheHTTPServerLogIsAFewLinesAndCounted(t *testing.T) {
	const tries = 500
	s := way{tls: true}.serve(t)
	for range tries {
		c, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", wire.LivePath)
		if _, err := c.Read(make([]byte, 1)); err != nil { // the answer comes after the line
			t.Fatal(err)
		}
		_ = c.Close()
	}
	for range tries {
		c, err := tls.Dial("tcp", s.address, &tls.Config{RootCAs: s.trust, NextProtos: []string{"h2"}})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, strings.Repeat("x", 100)) // no HTTP/2
		_, _ = io.Copy(io.Discard, c)           // until the server ends it
		_ = c.Close()
	}
	counted := func(reason string) bool {
		res, err := s.asks.Get(s.url + wire.MetricsPath)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(read(t, res), fmt.Sprintf("jumun_refused_total{reason=%q,role=\"\"} %d\n", reason, tries))
	}
	eventually(t, "the handshakes are counted", func() bool { return counted("tls") })
	eventually(t, "the broken connections are counted", func() bool { return counted("http") })
	if handshakes, prefaces := linesOf(s.program, "TLS handshake error"), linesOf(s.program, "preface"); handshakes < 1 || handshakes > 4 || prefaces < 1 || prefaces > 4 {
		t.Errorf("%d and %d lines:\n%.2000s", handshakes, prefaces, s.err.String())
	}
}

func TestOverHTTPSBrowsersAreToldToStayThere(t *testing.T) {
	res, err := way{tls: true}.serve(t).ask(t)
	if err != nil || !strings.HasPrefix(res.Header.Get("Strict-Transport-Security"), "max-age=") {
		t.Errorf("https: %v, %v", res.Header, err)
	}
	res, err = way{}.serve(t).ask(t)
	if err != nil || res.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("http: %v, %v", res.Header, err)
	}
}

// ask asks whether the server lives.
func (s *served) ask(t *testing.T) (*http.Response, error) {
	t.Helper()
	res, err := s.asks.Get(s.url + wire.LivePath)
	if err == nil {
		_ = read(t, res)
	}
	return res, err
}
