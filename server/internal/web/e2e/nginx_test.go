//go:build linux

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"jumun/shared/wire"
)

const domain = "jumun.example.com"

// This is how most shops have it: the sample of nginx, HTTP/2, and a certificate that the browser trusts.
func TestThroughTheSampleOfNginxThePageIsPairedHearsAndConfirms(t *testing.T) {
	s, out := newServer(t), plugIn(t)
	s.serve("127.0.0.1:0", "--trusted-proxies", "127.0.0.1/32")
	home := t.TempDir()
	cert, key := certificate(t, home)
	port := startNginx(t, home, cert, key, strings.TrimPrefix(s.url, "http://"))
	s.public = "https://" + domain
	b := openBrowserWith(t, "ko", chromedp.Env("HOME="+home, out.env), chromedp.Flag("host-resolver-rules", "MAP "+domain+":443 127.0.0.1:"+port))
	p := paired(t, s, b)
	if protocol := p.text(`performance.getEntriesByType("navigation")[0].nextHopProtocol + " " + isSecureContext + " " + location.origin`); protocol != "h2 true https://"+domain {
		t.Error(protocol)
	}
	p.click("button.sound")
	p.until("the sound is on", inside(".state")+`.textContent.includes("소리 켜짐")`)
	sent := time.Now()
	s.order("1001")
	p.until("the order", count+` === 1`)
	t.Logf("an order was on the page after %v", time.Since(sent).Round(time.Millisecond))
	out.until(0, "order", 1)
	p.click("button.confirm")
	p.until("the server knows", `document.querySelector("jumun-receiver").desk.leader.acks.list.length === 0`)
	if story := s.as(s.token(wire.RoleAdmin), "GET", wire.HistoryPath("42", "1001"), ""); !strings.Contains(story, `"open":false`) {
		t.Error(story)
	}
	s.restart("--trusted-proxies", "127.0.0.1/32")
	s.order("1002")
	p.until("it is back", count+` === 1 && `+inside(".state")+connected)
}

// startNginx runs the sample as this user, and returns its port.
func startNginx(t *testing.T, dir, cert, key, server string) (port string) {
	t.Helper()
	sample, err := os.ReadFile("../../../deploy/proxies/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	port = freePort(t)
	config := strings.NewReplacer("8443 ssl", "127.0.0.1:"+port+" ssl", "127.0.0.1:8081", server, "127.0.0.1:8082", server,
		"/etc/ssl/jumun/cert.pem", cert, "/etc/ssl/jumun/key.pem", key).Replace(string(sample))
	whole := fmt.Sprintf("daemon off; pid %[1]s/pid; error_log stderr; events {} http { access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;\n%s }", dir, config)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	said := &lines{}
	cmd := exec.Command("/usr/sbin/nginx", "-c", file)
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it ends its workers
		_ = cmd.Wait()
	})
	eventually(t, "nginx answers", func() bool {
		c, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{InsecureSkipVerify: true})
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, said.String)
	return port
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// certificate makes an authority that the browsers of a home trust, and a certificate by it.
func certificate(t *testing.T, home string) (cert, key string) {
	t.Helper()
	ca, caKey := template(true), newKey(t)
	leaf, leafKey := template(false), newKey(t)
	authority := sign(t, ca, ca, &caKey.PublicKey, caKey)
	own := sign(t, leaf, ca, &leafKey.PublicKey, caKey)
	secret, err := x509.MarshalPKCS8PrivateKey(leafKey)
	if err != nil {
		t.Fatal(err)
	}
	trust(t, home, write(t, home, "ca.pem", "CERTIFICATE", authority))
	return write(t, home, "cert.pem", "CERTIFICATE", own), write(t, home, "key.pem", "PRIVATE KEY", secret)
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func template(isCA bool) *x509.Certificate {
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the shop's own authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), BasicConstraintsValid: true, IsCA: isCA}
	if isCA {
		c.KeyUsage = x509.KeyUsageCertSign
		return c
	}
	c.SerialNumber, c.Subject.CommonName, c.DNSNames = big.NewInt(2), domain, []string{domain}
	c.KeyUsage, c.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	return c
}

func sign(t *testing.T, c, by *x509.Certificate, public *ecdsa.PublicKey, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, by, public, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func write(t *testing.T, dir, name, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// trust adds an authority to those of the home, where Chromium looks (NSS).
func trust(t *testing.T, home, ca string) {
	t.Helper()
	database := filepath.Join(home, ".pki", "nssdb")
	if err := os.MkdirAll(database, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-N", "--empty-password"}, {"-A", "-t", "C,,", "-n", "shop", "-i", ca}} {
		if out, err := exec.Command("certutil", append([]string{"-d", "sql:" + database}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}
