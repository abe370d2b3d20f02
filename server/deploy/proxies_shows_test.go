package deploy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/shared/wire"
)

// hears waits for a line that begins so.
func (s *site) hears(lines <-chan string, prefix string, within time.Duration) {
	s.t.Helper()
	late := time.After(within)
	for {
		select {
		case line, more := <-lines:
			if !more {
				s.t.Fatalf("the stream ended before %q", prefix)
			}
			if strings.HasPrefix(line, prefix) {
				return
			}
		case <-late:
			s.t.Fatalf("no %q within %v", prefix, within)
		}
	}
}

func (s *site) passesAnOrderAtOnce() {
	s.t.Helper()
	lines, end, err := s.stream()
	if err != nil {
		s.t.Fatal(err)
	}
	defer end()
	s.hears(lines, "event: connect", 5*time.Second)
	began := time.Now()
	if status, err := s.ask("POST", "/v1/orders", s.sender, `{"martId":42,"orderId":1001}`); err != nil || status != http.StatusAccepted {
		s.t.Fatalf("%d %v", status, err)
	}
	s.hears(lines, "event: order", 5*time.Second)
	s.t.Logf("an order passed in %v", time.Since(began).Round(time.Millisecond))
}

// keepsAQuietStream holds a stream for longer than the proxy's timeout, in which only heartbeats come.
func (s *site) keepsAQuietStream() {
	s.t.Helper()
	lines, end, err := s.stream()
	if err != nil {
		s.t.Fatal(err)
	}
	defer end()
	for began := time.Now(); time.Since(began) < 65*time.Second; {
		s.hears(lines, ":", 25*time.Second)
	}
}

func (s *site) tellsTheAddressOfTheStore() {
	s.t.Helper()
	if status, err := s.ask("POST", "/v1/pair", "", `{"martId":"42","code":"ABCD-EFGH","device":"x"}`); err != nil || status != http.StatusForbidden {
		s.t.Fatalf("%d %v", status, err)
	}
	s.until("the log has the store's address", func() bool {
		return strings.Contains(s.logs[0].String()+s.logs[1].String(), "address=127.0.0.2")
	})
}

func (s *site) servesThePage() {
	s.t.Helper()
	for _, path := range []string{"/receiver", "/jumun.js", "/web/version"} {
		if status, err := s.ask("GET", path, "", ""); err != nil || status != http.StatusOK {
			s.t.Errorf("%s: %d %v", path, status, err)
		}
	}
}

// confirmsInAnOldBrowser confirms as a browser that says by the page's origin alone whose page it is.
func (s *site) confirmsInAnOldBrowser() {
	s.t.Helper()
	req, err := http.NewRequest("POST", s.url+wire.AcksPath("42"), strings.NewReader(`{"acks":[{"id":"1-0","orderId":"1"}]}`))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Origin", s.url)
	req.Header.Set("Cookie", wire.CookieName+"="+s.token)
	res, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		s.t.Errorf("a confirmation is answered %s", res.Status)
	}
}

func (s *site) hidesTheRest() {
	s.t.Helper()
	for _, path := range []string{"/metrics", "/readyz", "/"} {
		if status, err := s.ask("GET", path, "", ""); err != nil || status != http.StatusNotFound {
			s.t.Errorf("%s: %d %v", path, status, err)
		}
	}
}

// isBackAfterARestart ends both servers while a PC tries to come back, as an update of both does, and measures how
// long after both are ready again it has a stream.
func (s *site) isBackAfterARestart() {
	s.t.Helper()
	for _, server := range s.servers {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
	}
	for range 5 { // proxies count failures
		_, _ = s.ask("GET", "/v1/marts/42", s.token, "")
	}
	s.startServers()
	began := time.Now()
	s.until("a PC is back", func() bool {
		_, end, err := s.stream()
		if err != nil {
			return false
		}
		end()
		return true
	})
	took := time.Since(began)
	s.t.Logf("a PC is back %v after both servers were ready", took.Round(time.Millisecond))
	if took > 3*time.Second {
		s.t.Errorf("a PC was back after %v", took)
	}
}

// certificate writes a certificate for 127.0.0.1, its key, and both in one file.
func certificate(t *testing.T, dir string) (cert, key, both string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
	cert, key, both = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "both.pem")
	for path, text := range map[string][]byte{cert: chain, key: secret, both: append(append([]byte{}, chain...), secret...)} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key, both
}
