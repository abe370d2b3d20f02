// Package tlsconf gives a server its TLS certificate: from files, or by ACME.
package tlsconf

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

// pollInterval is how often the files are read: certificates are renewed weeks ahead.
const pollInterval = 10 * time.Second

// harden sets in c what this server speaks at least, and returns c. Every browser, and every Go,
// of the last ten years speaks TLS 1.2, with suites that keep past sessions secret when the key
// leaks, and that authenticate what they encrypt (RFC 9325, section 4.2). TLS 1.3 has no others.
func harden(c *tls.Config) *tls.Config {
	c.MinVersion = tls.VersionTLS12
	c.CipherSuites = []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	}
	return c
}

// protocols returns HTTP/2 and HTTP/1.1. http.Server offers HTTP/2 by itself only on a
// listener that it made itself.
func protocols() []string { return []string{"h2", "http/1.1"} }

// Files are a certificate and its key, which may be replaced at any time. Make one with
// Open, and call Run.
type Files struct {
	cert, key string
	log       *slog.Logger
	served    atomic.Pointer[tls.Certificate] // the last good one
}

// Open reads a certificate chain and its key, both PEM. Its errors repeat nothing of the key. It
// logs a warning if others may read the key.
func Open(cert, key string, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log}
	read, err := f.read()
	if err != nil {
		return nil, err
	}
	f.serve(read)
	return f, nil
}

// serve serves c from now on.
func (f *Files) serve(c *tls.Certificate) {
	f.served.Store(c)
	f.warnIfOpen()
}

// warnIfOpen logs a warning if others may read the key. Windows has no such mode bits.
func (f *Files) warnIfOpen() {
	info, err := os.Stat(f.key)
	if err == nil && runtime.GOOS != "windows" && info.Mode()&0o077 != 0 {
		f.log.Warn("others may read the TLS key, and pose as this server with it: chmod 600 it", "file", f.key, "mode", info.Mode().String())
	}
}

func (f *Files) read() (*tls.Certificate, error) {
	read, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("cannot use the certificate %s and its key %s: %w", f.cert, f.key, err)
	}
	return &read, nil
}

// Ends returns when the certificate that is served ends.
func (f *Files) Ends() time.Time { return f.served.Load().Leaf.NotAfter }

// Config returns a configuration that serves the certificate in the files, and HTTP/2.
func (f *Files) Config() *tls.Config {
	return harden(&tls.Config{NextProtos: protocols(), GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return f.served.Load(), nil
	}})
}

// Run reads the files again when they change, until ctx ends, and returns nil. While they are
// being replaced they may not fit each other: then Run logs one error, and the server goes on
// with the previous certificate.
func (f *Files) Run(ctx context.Context) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	logged := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			logged = f.poll(logged)
		}
	}
}

// poll reads the files, and returns the error that was logged last, or "".
func (f *Files) poll(logged string) string {
	read, err := f.read()
	switch {
	case err != nil && err.Error() != logged:
		f.log.Error("cannot use the new certificate: the previous one is still served", "err", err)
		return err.Error()
	case err != nil:
		return logged
	case !slices.EqualFunc(read.Certificate, f.served.Load().Certificate, bytes.Equal): // a new key has a new certificate
		f.serve(read)
		f.log.Info("serving a new certificate", "until", read.Leaf.NotAfter)
	}
	return ""
}
