package client

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

const (
	// A server across the country answers within a second; these leave room for a
	// store's worst connection and still tell the steps apart in what people read.
	dialLimit = 10 * time.Second
	tlsLimit  = 10 * time.Second
	// How long the server may take to answer a request that has a connection, and then to
	// send the connect event's first byte. A packet lost three times comes after 7 s; the
	// rest is the server's. Two streams swallowed at either step are known within 25 s.
	headerLimit    = 12 * time.Second
	firstByteLimit = 10 * time.Second
	// All of the above together, and the whole connect event.
	connectLimit = 30 * time.Second
)

// transport reaches servers as the environment says (HTTP_PROXY, HTTPS_PROXY, NO_PROXY).
func transport() *http.Transport {
	// HTTP/2 would share one connection, and its death, between streams.
	var http1 http.Protocols
	http1.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: dialLimit}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    tlsLimit,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		Protocols:              &http1,
	}
}
