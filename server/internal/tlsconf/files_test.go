package tlsconf

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// writePair writes a certificate for a name, and its key, both PEM.
func writePair(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
	write(t, filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// served returns the name in the certificate that a client gets.
func served(t *testing.T, config *tls.Config) string {
	t.Helper()
	c, err := config.GetCertificate(&tls.ClientHelloInfo{})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf.Subject.CommonName
}

func TestANewCertificateIsServedAndABrokenOneIsNot(t *testing.T) {
	dir := t.TempDir()
	writePair(t, dir, "first")
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		f, err := Open(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		defer running.Wait()
		defer stop()
		running.Go(func() { _ = f.Run(ctx) })
		config := f.Config()
		if got := served(t, config); got != "first" {
			t.Errorf("served %s", got)
		}
		write(t, filepath.Join(dir, "key.pem"), []byte("half a file"))
		time.Sleep(3 * pollInterval)
		synctest.Wait()
		if got, n := served(t, config), strings.Count(log.String(), "\n"); got != "first" || n != 1 {
			t.Errorf("served %s, after %d lines", got, n)
		}
		writePair(t, dir, "second")
		time.Sleep(2 * pollInterval)
		synctest.Wait()
		if got := served(t, config); got != "second" {
			t.Errorf("served %s", got)
		}
		if strings.Contains(log.String(), "half a file") {
			t.Error("the log repeats the key file")
		}
	})
}

func TestOpenRefusesWhatIsNotACertificateAndItsKey(t *testing.T) {
	dir := t.TempDir()
	writePair(t, dir, "one")
	other := t.TempDir()
	writePair(t, other, "two")
	for name, files := range map[string][2]string{
		"no certificate":      {filepath.Join(dir, "none"), filepath.Join(dir, "key.pem")},
		"no key":              {filepath.Join(dir, "cert.pem"), filepath.Join(dir, "none")},
		"another key":         {filepath.Join(dir, "cert.pem"), filepath.Join(other, "key.pem")},
		"exchanged":           {filepath.Join(dir, "key.pem"), filepath.Join(dir, "cert.pem")},
		"a folder":            {dir, dir},
		"two certificates":    {filepath.Join(dir, "cert.pem"), filepath.Join(dir, "cert.pem")},
		"two keys, no chain ": {filepath.Join(dir, "key.pem"), filepath.Join(dir, "key.pem")},
	} {
		if _, err := Open(files[0], files[1], slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestACMEServesOnlyItsHosts(t *testing.T) {
	config, challenges, err := ACME([]string{"jumun.example.com"}, t.TempDir())
	if err != nil || challenges == nil || !strings.Contains(strings.Join(config.NextProtos, " "), "acme-tls/1") {
		t.Errorf("the challenge cannot be answered: %v", config.NextProtos)
	}
	hello := &tls.ClientHelloInfo{ServerName: "other.example.com", SupportedCurves: []tls.CurveID{tls.CurveP256}}
	if _, err := config.GetCertificate(hello); err == nil {
		t.Error("a certificate for another host")
	}
}
