package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jumun/server/orderlog/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// selfSigned writes a certificate for 127.0.0.1, and returns what trusts it.
func selfSigned(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key, pool = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), x509.NewCertPool()
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(cert, chain, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	pool.AppendCertsFromPEM(chain)
	return cert, key, pool
}

func TestStreamsComeOverTLSByBothVersionsOfHTTP(t *testing.T) {
	redis := redistest.Start(t)
	cert, key, pool := selfSigned(t)
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--keys", theKeys, "--redis", redis.URL(), "--tls-cert", cert, "--tls-key", key)
	at := regexp.MustCompile(`listening on https://([^"\s]+)`)
	var address string
	eventually(t, "listening", func() bool {
		if m := at.FindStringSubmatch(p.err.String()); m != nil {
			address = m[1]
		}
		return address != ""
	})
	for version, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(version, func(t *testing.T) {
			transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: http2}
			defer transport.CloseIdleConnections()
			var d *device
			eventually(t, "connected", func() bool {
				res, err := transport.RoundTrip(as(t, signed(t, claims(wire.RoleDevice, "42")), "GET", "https://"+address+wire.EventsPath("42"), ""))
				if err != nil {
					t.Fatal(err)
				}
				if res.StatusCode == http.StatusServiceUnavailable { // it has not read the revocations yet
					_ = res.Body.Close()
					return false
				}
				d = &device{res: res, events: make(chan event, 100)}
				return true
			})
			if d.res.Proto != version || d.res.StatusCode != http.StatusOK {
				t.Errorf("%s %s", d.res.Proto, d.res.Status)
			}
			go d.read()
			defer d.close()
			d.next(t)
			number := order.OrderID("by-" + version)
			publish(t, redis.URL(), "order", publication("42", number))
			if e := d.next(t); !strings.Contains(e["data"], string(number)) {
				t.Errorf("got %v", e)
			}
			res, err := transport.RoundTrip(as(t, signed(t, claims(wire.RoleDevice, "42")), "POST", "https://"+address+wire.AckPath("42", number), ""))
			if err != nil || res.StatusCode != http.StatusNoContent {
				t.Errorf("%v, %v", res, err)
			}
		})
	}
}
