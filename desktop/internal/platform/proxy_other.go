//go:build !windows

package platform

import (
	"net/http"
	"net/url"
)

// Proxy returns the proxy for a request, as http.Transport asks for it: that of the environment (HTTP_PROXY,
// HTTPS_PROXY, NO_PROXY).
func Proxy(r *http.Request) (*url.URL, error) { return http.ProxyFromEnvironment(r) }
