package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"jumun/server/internal/tlsconf"
)

// tlsFlags say how connections are encrypted. Without them a proxy in front must do it.
type tlsFlags struct {
	TLSCert   string   `name:"tls-cert" help:"PEM file with the certificate chain for HTTPS; read again when it changes."`
	TLSKey    string   `name:"tls-key" help:"PEM file with its key."`
	ACMEHost  []string `name:"acme-host" help:"Host name for which to get a certificate from Let's Encrypt, which must reach the server at port 443 of it. May be given several times."`
	ACMECache string   `name:"acme-cache" default:"acme" help:"Folder in which to keep those certificates."`
	ACMEHTTP  string   `name:"acme-http" help:"Address, such as :80, at which to answer Let's Encrypt over HTTP, if it cannot reach port 443."`
}

// check reports flags that do not fit each other.
func (f *tlsFlags) check() error {
	switch {
	case (f.TLSCert == "") != (f.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key need each other")
	case f.TLSCert != "" && len(f.ACMEHost) > 0:
		return errors.New("--tls-cert and --acme-host exclude each other")
	case f.ACMEHTTP != "" && len(f.ACMEHost) == 0:
		return errors.New("--acme-http needs --acme-host")
	}
	for _, host := range f.ACMEHost {
		if !tlsconf.PublicHost(host) {
			return fmt.Errorf("--acme-host must be a public host name, such as jumun.example.com: %q", host)
		}
	}
	return nil
}

// A runner works until ctx ends.
type runner = func(ctx context.Context) error

// secure returns a listener that speaks TLS on l, if the flags say so, and what renews its
// certificate.
func (f *tlsFlags) secure(ctx context.Context, l net.Listener, log *slog.Logger) (net.Listener, runner, error) {
	switch {
	case f.TLSCert != "":
		files, err := tlsconf.Open(f.TLSCert, f.TLSKey, log)
		if err != nil {
			return nil, nil, advise(err, "check --tls-cert and --tls-key", "--tls-cert와 --tls-key를 확인하세요")
		}
		return tls.NewListener(l, files.Config()), files.Run, nil
	case len(f.ACMEHost) > 0:
		return f.acme(ctx, l, log)
	}
	return l, idle, nil
}

func (f *tlsFlags) acme(ctx context.Context, l net.Listener, log *slog.Logger) (net.Listener, runner, error) {
	config, challenges, err := tlsconf.ACME(f.ACMEHost, f.ACMECache)
	if err != nil {
		return nil, nil, advise(err, "name a writable folder with --acme-cache", "쓸 수 있는 폴더를 --acme-cache로 지정하세요")
	}
	l = tls.NewListener(l, config)
	if f.ACMEHTTP == "" {
		return l, idle, nil
	}
	http, err := listen(ctx, f.ACMEHTTP, "--acme-http")
	if err != nil {
		return nil, nil, err
	}
	return l, func(ctx context.Context) error { return tlsconf.ServeChallenges(ctx, http, challenges, log) }, nil
}

// scheme returns what the server's URLs begin with.
func (f *tlsFlags) scheme() string {
	if f.TLSCert == "" && len(f.ACMEHost) == 0 {
		return "http"
	}
	return "https"
}

func idle(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
