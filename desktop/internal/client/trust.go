package client

import (
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
)

// maxCA is how much of a CA file is read, in bytes: four times what a system trusts. What
// comes later is not trusted.
const maxCA = 1 << 20

// Transport returns the transport of a Client without HTTP. With a PEM file (RFC 7468) it also
// trusts the certificate authorities in that file, beside those of the system.
func Transport(caFile string) (*http.Transport, error) {
	t := transport()
	if caFile == "" {
		return t, nil
	}
	pem, err := readCA(caFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadCA, err)
	}
	trusted, err := x509.SystemCertPool()
	if err != nil {
		trusted = x509.NewCertPool() // a system without any is no reason to trust none
	}
	if !trusted.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%w: %s is no PEM file with a certificate", errBadCA, caFile)
	}
	t.TLSClientConfig.RootCAs = trusted
	return t, nil
}

func readCA(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxCA))
}
