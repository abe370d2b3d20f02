package tlsconf

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// ACME has certificates for these host names made, and made again in time, by the
// authority at directory ("": Let's Encrypt), whose terms are thereby accepted. It keeps
// them in the folder cache. The authority must reach the server at port 443 of each host
// (RFC 8737, tls-alpn-01), or at port 80 (RFC 8555, section 8.3), where challenges has
// to be served. The error says that the folder cannot be written: without it every start
// would ask for new certificates, of which there are few a week.
func ACME(hosts []string, cache, directory string) (config *tls.Config, challenges http.Handler, err error) {
	if err := writable(cache); err != nil {
		return nil, nil, err
	}
	m := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(hosts...), Cache: autocert.DirCache(cache)}
	if directory != "" {
		m.Client = &acme.Client{DirectoryURL: directory}
	}
	config = m.TLSConfig()
	config.MinVersion = minVersion
	return config, m.HTTPHandler(nil), nil
}

func writable(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("no folder for certificates: %w", err)
	}
	f, err := os.CreateTemp(folder, "try-")
	if err != nil {
		return fmt.Errorf("the folder for certificates cannot be written: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
