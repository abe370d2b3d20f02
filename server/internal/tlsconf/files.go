// Package tlsconf gives a server its TLS certificate: from files, or by ACME.
package tlsconf

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"
)

// pollInterval is how often the files are read: certificates are renewed weeks ahead.
const pollInterval = 10 * time.Second

// minVersion is spoken by every browser, and every Go, of the last ten years.
const minVersion = tls.VersionTLS12

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

// Open reads a certificate chain and its key, both PEM. Its errors repeat nothing of the key.
func Open(cert, key string, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log}
	read, err := f.read()
	if err != nil {
		return nil, err
	}
	f.served.Store(read)
	return f, nil
}

func (f *Files) read() (*tls.Certificate, error) {
	read, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("cannot use the certificate %s and its key %s: %w", f.cert, f.key, err)
	}
	return &read, nil
}

// Config returns a configuration that serves the certificate in the files, and HTTP/2.
func (f *Files) Config() *tls.Config {
	return &tls.Config{MinVersion: minVersion, NextProtos: protocols(), GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return f.served.Load(), nil
	}}
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
		f.served.Store(read)
		f.log.Info("serving a new certificate", "until", read.Leaf.NotAfter)
	}
	return ""
}
