package tlsconf

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// handshake connects with TLS 1.2 to a server that has config, and offers one suite.
func handshake(t *testing.T, config *tls.Config, suite uint16) error {
	t.Helper()
	ours, theirs := net.Pipe()
	defer ours.Close()
	go func() {
		defer theirs.Close()
		_ = tls.Server(theirs, config).Handshake()
	}()
	return tls.Client(ours, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite}}).Handshake()
}

func TestUnderTLS12OnlySuitesThatAuthenticateWhatTheyEncryptAreSpoken(t *testing.T) {
	dir := t.TempDir()
	writePair(t, dir, "one")
	f, err := Open(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for suite, spoken := range map[uint16]bool{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256:       true,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: true,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA:          false,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA:          false,
	} {
		if err := handshake(t, f.Config(), suite); (err == nil) != spoken {
			t.Errorf("%s: %v", tls.CipherSuiteName(suite), err)
		}
	}
	acme, _, err := ACME([]string{"jumun.example.com"}, t.TempDir())
	if err != nil || len(acme.CipherSuites) != len(f.Config().CipherSuites) {
		t.Errorf("with ACME: %v, %v", acme.CipherSuites, err)
	}
}

func TestAKeyThatOthersMayReadIsWarnedOfAtTheStartAndWhenItIsReadAgain(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no mode bits")
	}
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePair(t, dir, "one")
	var log bytes.Buffer
	warnings := func() int { return strings.Count(log.String(), "chmod 600") }
	open := func() *Files {
		f, err := Open(cert, key, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := open()
	if warnings() != 0 {
		t.Errorf("mode 0600: %s", log.String())
	}
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if open(); warnings() != 1 {
		t.Errorf("mode 0644 at the start: %s", log.String())
	}
	writePair(t, dir, "two") // into the same file, which keeps its mode
	if f.poll(""); warnings() != 2 {
		t.Errorf("mode 0644, read again: %s", log.String())
	}
}
