package platform

import (
	"net"
	"net/url"
	"path"
	"strings"
)

// proxyFor returns the first proxy for a scheme in a list as Windows has it, such as "proxy:8080" or
// "http=proxy:80;https=other:443"; nil: none. (WINHTTP_PROXY_INFO)
func proxyFor(list, scheme string) *url.URL {
	for _, entry := range splitList(list) {
		kind, address, named := strings.Cut(entry, "=")
		switch {
		case !named:
			return proxyURL("http", entry)
		case strings.EqualFold(kind, scheme):
			return proxyURL("http", address)
		case strings.EqualFold(kind, "socks"):
			return proxyURL("socks5", address)
		}
	}
	return nil
}

func proxyURL(scheme, address string) *url.URL {
	if !strings.Contains(address, "://") {
		address = scheme + "://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

// isBypassed reports whether a host is asked without a proxy, by a list such as "*.corp;10.*;<local>". A name without
// a dot is <local>.
func isBypassed(list, host string) bool {
	host = strings.ToLower(host)
	if isLoopback(host) {
		return true
	}
	for _, pattern := range splitList(strings.ToLower(list)) {
		if pattern == "<local>" {
			if !strings.ContainsAny(host, ".:") {
				return true
			}
			continue
		}
		if _, rest, ok := strings.Cut(pattern, "://"); ok {
			pattern = rest
		}
		if matches, err := path.Match(pattern, host); matches && err == nil {
			return true
		}
	}
	return false
}

func isLoopback(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }

func splitList(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ' ' || r == '\t' || r == '\r' || r == '\n' })
}
