package certs

import (
	"crypto/tls"
	"net/http"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// ACME has certificates for these host names made, and made again in time, by the
// authority at directory ("": Let's Encrypt), whose terms are thereby accepted. It keeps
// them in the folder cache. The authority must reach the server at port 443 of each host
// (RFC 8737, tls-alpn-01), or at port 80 (RFC 8555, section 8.3), where challenges has
// to be served.
func ACME(hosts []string, cache, directory string) (config *tls.Config, challenges http.Handler) {
	m := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(hosts...), Cache: autocert.DirCache(cache)}
	if directory != "" {
		m.Client = &acme.Client{DirectoryURL: directory}
	}
	config = m.TLSConfig()
	config.MinVersion = minVersion
	return config, m.HTTPHandler(nil)
}
