// Package tlsconf gives a server its TLS certificate: from files, or from an ACME authority.
package tlsconf

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// lookEvery is how soon a renewed certificate is served: they are renewed weeks ahead.
const lookEvery = 10 * time.Second

// minVersion is what every browser, and every Go, of the last ten years speaks.
const minVersion = tls.VersionTLS12

// Files are a certificate and its key, which may be replaced at any time. Make one with
// Open, and Run it.
type Files struct {
	cert, key string
	log       *slog.Logger
	pair      atomic.Pointer[pair]
}

// A pair is what the files held when they were last of use.
type pair struct {
	cert, key   []byte
	certificate tls.Certificate
}

// Open reads a certificate chain and its key, both PEM. Its errors say which file is at
// fault, and nothing of the key.
func Open(cert, key string, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log}
	p, err := f.read()
	if err != nil {
		return nil, err
	}
	f.pair.Store(p)
	return f, nil
}

func (f *Files) read() (*pair, error) {
	var p pair
	var err error
	if p.cert, err = os.ReadFile(f.cert); err != nil {
		return nil, fmt.Errorf("the certificate cannot be read: %w", err)
	}
	if p.key, err = os.ReadFile(f.key); err != nil {
		return nil, fmt.Errorf("the key of the certificate cannot be read: %w", err)
	}
	if p.certificate, err = tls.X509KeyPair(p.cert, p.key); err != nil {
		return nil, fmt.Errorf("%s and %s are no certificate and its key: %w", f.cert, f.key, err)
	}
	return &p, nil
}

// Config serves what the files hold.
func (f *Files) Config() *tls.Config {
	return &tls.Config{MinVersion: minVersion, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return &f.pair.Load().certificate, nil
	}}
}

// Run looks for new files until ctx ends, and returns nil. Files that do not fit each
// other, as while they are being replaced, are complained about once; the certificate of
// before goes on.
func (f *Files) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	told := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			told = f.look(told)
		}
	}
}

// look takes new files, and returns what it had to complain about.
func (f *Files) look(told string) string {
	was := f.pair.Load()
	is, err := f.read()
	switch {
	case err != nil && err.Error() != told:
		f.log.Error("the certificate of before is served on", "err", err)
		return err.Error()
	case err != nil:
		return told
	case !bytes.Equal(was.cert, is.cert) || !bytes.Equal(was.key, is.key):
		f.pair.Store(is)
		f.log.Info("a new certificate is served", "until", is.certificate.Leaf.NotAfter)
	}
	return ""
}
