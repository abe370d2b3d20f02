package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/tlsconf"
)

// A tlsOptions says how connections are encrypted. None of it: a proxy in front does it.
type tlsOptions struct {
	TLSCert       string   `name:"tls-cert" help:"PEM file with the certificate chain to serve HTTPS by; read again when it changes."`
	TLSKey        string   `name:"tls-key" help:"PEM file with its key."`
	ACMEHost      []string `name:"acme-host" help:"Host name to get a certificate for by ACME, from Let's Encrypt; the server must be reachable at its port 443. May be given several times."`
	ACMECache     string   `name:"acme-cache" default:"acme" help:"Folder to keep those certificates in."`
	ACMEDirectory string   `name:"acme-directory" help:"Another ACME authority: the URL of its directory."`
	ACMEHTTP      string   `name:"acme-http" help:"Address to answer the authority's questions over HTTP at, such as :80, if it cannot ask at port 443."`
}

func (o *tlsOptions) check() error {
	switch {
	case (o.TLSCert == "") != (o.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key need each other")
	case o.TLSCert != "" && len(o.ACMEHost) > 0:
		return errors.New("--tls-cert and --acme-host exclude each other")
	case o.ACMEHTTP != "" && len(o.ACMEHost) == 0:
		return errors.New("--acme-http needs --acme-host")
	case o.ACMEDirectory != "" && !strings.HasPrefix(o.ACMEDirectory, "https://"):
		return errors.New("--acme-directory is a URL that begins with https://")
	}
	for _, host := range o.ACMEHost {
		if !public(host) {
			return fmt.Errorf("--acme-host is a name by which others reach this server, such as jumun.example.com: %q", host)
		}
	}
	return nil
}

// public says whether an authority may make a certificate for host: it has at least two
// labels (RFC 1123, section 2.1), and is no address. Else that would be found out at the first
// connection only.
func public(host string) bool {
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

// A runner works beside the pod until ctx ends.
type runner func(ctx context.Context) error

// secure has l speak TLS, if it is to, and returns what keeps its certificate new.
func (o *tlsOptions) secure(ctx context.Context, l net.Listener, log *slog.Logger) (net.Listener, runner, error) {
	switch {
	case o.TLSCert != "":
		files, err := tlsconf.Open(o.TLSCert, o.TLSKey, log)
		if err != nil {
			return nil, nil, advise(err, "check --tls-cert and --tls-key", "--tls-cert와 --tls-key를 확인하세요")
		}
		return tls.NewListener(l, withHTTP2(files.Config())), files.Run, nil
	case len(o.ACMEHost) > 0:
		config, challenges, err := tlsconf.ACME(o.ACMEHost, o.ACMECache, o.ACMEDirectory)
		if err != nil {
			return nil, nil, advise(err, "give a folder that can be written with --acme-cache", "쓸 수 있는 폴더를 --acme-cache로 지정하세요")
		}
		run, err := o.answer(ctx, challenges, log)
		return tls.NewListener(l, withHTTP2(config)), run, err
	}
	return l, idle, nil
}

// scheme is what the server's URLs begin with.
func (o *tlsOptions) scheme() string {
	if o.TLSCert == "" && len(o.ACMEHost) == 0 {
		return "http"
	}
	return "https"
}

// withHTTP2 offers HTTP/2 as well: http.Server takes it up on a listener of its own making only.
func withHTTP2(config *tls.Config) *tls.Config {
	config.NextProtos = append([]string{"h2", "http/1.1"}, config.NextProtos...)
	return config
}

func idle(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// answer serves the challenges of an ACME authority over HTTP, if it is to.
func (o *tlsOptions) answer(ctx context.Context, challenges http.Handler, log *slog.Logger) (runner, error) {
	if o.ACMEHTTP == "" {
		return idle, nil
	}
	l, err := listen(ctx, o.ACMEHTTP, "--acme-http")
	if err != nil {
		return nil, err
	}
	server := &http.Server{
		Handler: challenges, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = server.Close() })()
		_ = server.Serve(l) // it ends with ctx
		return nil
	}, nil
}

// A keyOptions says which keys sign and check tokens.
type keyOptions struct {
	Keys           string `help:"File with the keys that sign tokens, made by \"jumun-server keygen\"; read again when it changes. Without it a key is made that is forgotten on exit, and every device with it."`
	AllowThrowaway bool   `name:"allow-throwaway-key" help:"Without --keys, let other machines connect all the same."`
}

// open returns the keys, and what keeps them new.
func (o *keyOptions) open(loopback bool, log *slog.Logger) (func() *token.Keys, runner, error) {
	if o.Keys != "" {
		file, err := token.OpenKeyFile(o.Keys, log)
		if err != nil {
			return nil, nil, advise(err, `make the file with "jumun-server keygen --keys FILE"`, `"jumun-server keygen --keys FILE"로 키 파일을 만드세요`)
		}
		return file.Keys, file.Run, nil
	}
	if !loopback && !o.AllowThrowaway {
		return nil, nil, advise(errors.New("other machines can reach this server, and its key would be forgotten on exit, and every paired device with it"),
			`give --keys FILE (see "jumun-server keygen"), or listen on 127.0.0.1`, `--keys FILE을 지정하거나("jumun-server keygen" 참고) 127.0.0.1에서 여세요`)
	}
	log.Warn("NO --keys GIVEN: tokens are signed with a key that is FORGOTTEN when this process ends; devices have to be paired again then")
	keys := token.Throwaway(time.Now())
	return func() *token.Keys { return keys }, idle, nil
}
