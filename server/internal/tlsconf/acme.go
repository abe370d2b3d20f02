package tlsconf

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

// ACME gets certificates for these host names from Let's Encrypt, whose terms are thereby
// accepted, and renews them in time. It keeps them in the folder cache. Let's Encrypt must
// reach the server at port 443 of each host (RFC 8737, tls-alpn-01), or at port 80 (RFC 8555,
// section 8.3), where the caller must serve challenges. ACME fails if the folder cannot be
// written: each start would ask for new certificates, and there are only a few a week.
func ACME(hosts []string, cache string) (config *tls.Config, challenges http.Handler, err error) {
	if err := writable(cache); err != nil {
		return nil, nil, err
	}
	m := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(hosts...), Cache: autocert.DirCache(cache)}
	return harden(m.TLSConfig()), m.HTTPHandler(nil), nil
}

// ServeChallenges serves challenges on l until ctx ends, and returns nil.
func ServeChallenges(ctx context.Context, l net.Listener, challenges http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: challenges, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	_ = server.Serve(l) // it ends with ctx
	return nil
}

// PublicHost reports whether an ACME authority can make a certificate for host: it has at
// least two labels (RFC 1123, section 2.1), and is not an address. Without this check the
// first connection would find out.
func PublicHost(host string) bool {
	if net.ParseIP(host) != nil || !strings.Contains(host, ".") {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return false
		}
	}
	return true
}

func writable(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("cannot make the folder for certificates: %w", err)
	}
	f, err := os.CreateTemp(folder, "try-")
	if err != nil {
		return fmt.Errorf("cannot write to the folder for certificates: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
