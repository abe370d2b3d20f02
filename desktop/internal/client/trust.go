package client

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
)

// longestCA is how much of a CA file is read, in bytes: four times what a system trusts.
// What comes later is not trusted.
const longestCA = 1 << 20

// What people can do about a certificate.
var (
	errUntrusted = errors.New("the server's certificate is not trusted: set the CA file in the settings, or check the address / " +
		"서버 인증서를 신뢰할 수 없습니다: 설정에서 CA 파일을 지정하거나 주소를 확인하세요")
	errUntimely = errors.New("the server's certificate is not valid today: check this PC's clock / " +
		"지금은 유효하지 않은 서버 인증서입니다: 이 PC의 시계를 확인하세요")
	errMisnamed = errors.New("the server's certificate is for another address: check the server address / " +
		"다른 주소의 서버 인증서입니다: 서버 주소를 확인하세요")
)

// Transport reaches servers as a Feed without HTTP does. With a PEM file (RFC 7468) it
// trusts the certificate authorities in that file too, beside those of the system. Its
// errors are for people.
func Transport(caFile string) (*http.Transport, error) {
	t := transport()
	if caFile == "" {
		return t, nil
	}
	pem, err := readCA(caFile)
	if err != nil {
		return nil, fmt.Errorf("the CA file cannot be read: check it in the settings / CA 파일을 읽을 수 없습니다: 설정을 확인하세요: %w", err)
	}
	trusted, err := x509.SystemCertPool()
	if err != nil {
		trusted = x509.NewCertPool() // a system without any is no reason to trust none
	}
	if !trusted.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no certificate: choose a PEM file / 파일에 인증서가 없습니다: PEM 파일을 고르세요", caFile)
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
	return io.ReadAll(io.LimitReader(file, longestCA))
}

// distrust says what to do about err if it is about a certificate.
func distrust(err error) error {
	var (
		stranger x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
		misnamed x509.HostnameError
	)
	switch {
	case errors.As(err, &stranger):
		return fmt.Errorf("%w: %w", errUntrusted, err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired: // or not valid yet
		return fmt.Errorf("%w: %w", errUntimely, err)
	case errors.As(err, &misnamed):
		return fmt.Errorf("%w: %w", errMisnamed, err)
	}
	return err
}
