//go:build linux

package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

// A front stands before the server, and can answer in its place.
type front struct {
	*httptest.Server
	answer atomic.Pointer[http.HandlerFunc] // in place of the server; nil: the server answers
	early  atomic.Bool                      // shows a certificate of tomorrow
	server http.Handler                     // passes requests on
	ca     string                           // PEM file to trust
}

func (s *shop) front() *front {
	s.t.Helper()
	server, _ := url.Parse("http://" + s.server.Addr())
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(server) }, FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0)}
	f := &front{server: pass, ca: filepath.Join(s.t.TempDir(), "ca.pem")}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := f.answer.Load(); answer != nil {
			(*answer)(w, r)
			return
		}
		f.server.ServeHTTP(w, r)
	}))
	now, early := s.certificate(time.Now().Add(-time.Hour)), s.certificate(time.Now().Add(24*time.Hour))
	f.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if f.early.Load() {
			return &tls.Config{Certificates: []tls.Certificate{*early}}, nil
		}
		return &tls.Config{Certificates: []tls.Certificate{*now}}, nil
	}}
	var trusted bytes.Buffer
	for _, c := range []*tls.Certificate{now, early} {
		s.must(pem.Encode(&trusted, &pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}))
	}
	s.must(os.WriteFile(f.ca, trusted.Bytes(), 0o600))
	f.Config.ErrorLog = pass.ErrorLog
	f.StartTLS()
	s.t.Cleanup(func() { f.CloseClientConnections(); f.Close() })
	return f
}

// certificate returns one for 127.0.0.1 that signs itself.
func (s *shop) certificate(from time.Time) *tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.must(err)
	c := &x509.Certificate{SerialNumber: big.NewInt(from.Unix()), NotBefore: from, NotAfter: from.Add(48 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	s.must(err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// replace makes f answer in place of the server, from now on.
func (f *front) replace(answer http.HandlerFunc) {
	f.answer.Store(&answer)
	f.CloseClientConnections()
}

// restore makes f what it was.
func (f *front) restore() {
	f.answer.Store(nil)
	f.early.Store(false)
}

// behind returns a PC of mart 42 that reaches its server through f.
func (s *shop) behind(f *front, change func(*settings.Settings)) *pc {
	s.t.Helper()
	return s.through(f.URL, f.ca, change)
}

// through returns a PC of mart 42 that reaches its server at another address.
func (s *shop) through(address, ca string, change func(*settings.Settings)) *pc {
	s.t.Helper()
	p := s.newPC()
	code, err := s.server.Code(s.ctx, "42")
	s.must(err)
	args := []string{"pair", "--server", address, "--mart", "42", "--code", code}
	if ca != "" {
		args = append(args, "--ca", ca)
	}
	_, err = p.Do(s.ctx, args...)
	s.must(err)
	chosen, err := settings.Load(p.SettingsPath())
	s.must(err)
	change(&chosen)
	s.must(p.Set(chosen))
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	return p
}

func page(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Location", "http://login.example/") // of a redirect
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>Free Wi-Fi</title>")
	}
}

func TestTheReasonForRedIsInTheTrayAndTheBannerAndTheSettings(t *testing.T) {
	for _, language := range []string{"ko", "en"} {
		t.Run(language, func(t *testing.T) {
			s := openShop(t)
			var err error
			s.translator, err = i18n.New(language)
			s.must(err)
			f := s.front()
			p := s.behind(f, func(s *settings.Settings) { s.Patience, s.Language = 5, language })
			s.publish("42", "8501") // while an order waits, the PC tries again more often
			p.rings("8501")
			tests := []struct {
				name, why string
				begin     func()
			}{
				{"login", "client.not-server", func() { f.replace(page(200)) }},
				{"redirect", "client.not-server", func() { f.replace(page(302)) }},
				{"proxy", "client.proxy-password", func() { f.replace(page(407)) }},
				{"certificate", "client.untimely", func() { f.early.Store(true); f.CloseClientConnections() }},
			}
			for _, tt := range tests {
				tt.begin()
				why := s.translator.Text(tt.why)
				p.until(tt.name+" to be told", func(s ipc.Status) bool { return s.State == ipc.Lost && s.Detail == why })
				p.tray(ipc.Lost, s.translator.Text("agent.lost", "Why", why))
				s.read(p.popup(), bold, s.translator.Text("banner.lost"), bannerSize)
				s.read(p.popup(), regular, firstWords(why), bannerDoSize)
				s.screenshot(tt.name)
				if tt.name == "login" {
					s.choose(p, "tray.settings")
					s.read(p.form(), regular, firstWords(why), formSize)
					s.screenshot("settings")
				}
			}
			f.restore()
			p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
			p.confirm("8501")
		})
	}
}

// firstWords returns what surely stands in one line.
func firstWords(s string) string {
	words := strings.Fields(s)
	return strings.Join(words[:min(len(words), 3)], " ")
}

// A page that something on the way answers with does not end a confirmation, whatever its status.
func TestAConfirmationIsSentUntilOurServerHasIt(t *testing.T) {
	s := openShop(t)
	f := s.front()
	p, other := s.behind(f, func(*settings.Settings) {}), s.connected("42")
	s.publish("42", "8601")
	p.rings("8601")
	other.rings("8601")
	var asked [2]atomic.Bool // by status
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != wire.AcksPath("42"):
			f.server.ServeHTTP(w, r)
		case !asked[0].Swap(true):
			page(404)(w, r)
		default:
			asked[1].Store(true)
			page(410)(w, r)
		}
	})
	f.answer.Store(&answer)
	_, err := p.Do(s.ctx, "ack", "8601")
	s.must(err)
	p.quiet()
	s.until("both pages to be sent", func() error {
		if !asked[1].Load() {
			return io.ErrNoProgress
		}
		return nil
	})
	if got := other.until("an answer", func(ipc.Status) bool { return true }); !waits("8601")(got) {
		t.Error("it was confirmed though the server was not told")
	}
	f.restore()
	other.quiet()
}
