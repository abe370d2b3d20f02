package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
)

// welcoming is a server on TLS that every stream is welcome at. It shows this
// certificate, or httptest's own if that is nil.
func welcoming(t *testing.T, shown *tls.Certificate) *httptest.Server {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say(w, hello)
		stay(r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of us
	if shown != nil {
		server.TLS = &tls.Config{Certificates: []tls.Certificate{*shown}}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// certificate is one for 127.0.0.1 that signs itself.
func certificate(t *testing.T, from, to time.Time) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: to, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// caFile is a PEM file with the certificate that server shows.
func caFile(t *testing.T, server *httptest.Server) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.TLS.Certificates[0].Certificate[0]})
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// through is a transport that trusts what is in a CA file.
func through(t *testing.T, file string) *http.Transport {
	t.Helper()
	transport, err := Transport(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func TestTheAuthoritiesOfACAFileAreTrustedBesideTheSystems(t *testing.T) {
	server := welcoming(t, nil)
	trusting := through(t, caFile(t, server))
	states, _ := start(t, &Client{Server: server.URL, Mart: "42", HTTP: trusting})
	await(t, states, ipc.Connected)
	all, err := x509.SystemCertPool()
	if err != nil {
		t.Skip("this system has none: ", err)
	}
	all.AddCert(server.Certificate())
	if !trusting.TLSClientConfig.RootCAs.Equal(all) {
		t.Error("the system's are missing")
	}
}

func TestWhatPeopleReadAboutACertificate(t *testing.T) {
	now, hour := time.Now(), time.Hour
	plain := welcoming(t, nil)
	old, early := welcoming(t, certificate(t, now.Add(-2*hour), now.Add(-hour))), welcoming(t, certificate(t, now.Add(hour), now.Add(2*hour)))
	_, port, _ := net.SplitHostPort(plain.Listener.Addr().String())
	tests := []struct {
		name, server, ca string
		want             error
	}{
		{"a stranger's", plain.URL, "", errUntrusted},
		{"a stranger's beside one that is trusted", plain.URL, caFile(t, old), errUntrusted},
		{"one that has ended", old.URL, caFile(t, old), errUntimely},
		{"one of tomorrow", early.URL, caFile(t, early), errUntimely},
		{"another host's", "https://localhost:" + port, caFile(t, plain), errMisnamed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			states, _ := start(t, &Client{Server: tt.server, Mart: "42", HTTP: through(t, tt.ca)})
			await(t, states, ipc.Connecting)
			if s := await(t, states, ipc.Connecting); !strings.HasPrefix(s.Detail, tt.want.Error()) {
				t.Errorf("%q, want %q", s.Detail, tt.want)
			}
		})
	}
}

func TestACAFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, []byte("no PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, file string }{
		{"a file that is not there", filepath.Join(dir, "missing.pem")},
		{"a folder", dir},
		{"a file without a certificate", empty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if transport, err := Transport(t.Context(), tt.file); err == nil || transport != nil || !errors.Is(err, errBadCA) {
				t.Errorf("%v", err)
			}
		})
	}
}
