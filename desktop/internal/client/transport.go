package client

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"jumun/desktop/internal/platform"
)

const (
	// dialLimit and tlsLimit: a server across the country answers within a second. They leave
	// room for a store's worst connection.
	dialLimit = 10 * time.Second
	tlsLimit  = 10 * time.Second
	// headerLimit is how long the server may take to answer a request that has a connection,
	// and firstByteLimit how long until the first byte of a stream. A packet that is lost
	// three times comes after 7 s; the rest is for the server. Two streams swallowed at either
	// step are known within 25 s.
	headerLimit    = 12 * time.Second
	firstByteLimit = 10 * time.Second
	// connectLimit is for all of the above together, and the whole connect event.
	connectLimit = 30 * time.Second
)

// transport returns a transport with timeouts that uses the proxies of the system: see platform.Proxy.
func transport() *http.Transport {
	// HTTP/2 would share one connection, and its failure, between streams.
	var http1 http.Protocols
	http1.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  platform.Proxy,
		OnProxyConnectResponse: judgeProxy,
		DialContext:            (&net.Dialer{Timeout: dialLimit}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    tlsLimit,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		Protocols:              &http1,
	}
}
