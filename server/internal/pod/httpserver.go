package pod

import (
	"net/http"
	"time"
)

// strictTransport is the Strict-Transport-Security header (RFC 6797): a browser that has seen it does
// not ask this host by http for a month. Stores look in each day; a server that has to go back to http
// has lost their browsers for a month at most. It does not speak for other hosts.
const strictTransport = "max-age=2592000"

// keepIdle is how long a connection without a request stays open. It is longer than proxies keep theirs (nginx and
// AWS's ALB a minute, Caddy two): they may send an order on one that the server is just closing, which is a 502.
const keepIdle = 150 * time.Second

// httpServer returns a server that waits for a request line and headers, but not for long.
// It has no write timeout: streams are long, and each write has a timeout of its own.
func httpServer(handler http.Handler, conns *connTable, errors *serverLog) *http.Server {
	return &http.Server{
		Handler:           strict(handler),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       keepIdle,
		MaxHeaderBytes:    16 << 10,
		ConnContext:       withConn,
		ConnState:         conns.note,
		ErrorLog:          errors.Logger(),
	}
}

// strict returns a handler that adds strictTransport to the answers over TLS. Behind a proxy that ends
// TLS, that proxy must do it.
func strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil {
			w.Header().Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}
