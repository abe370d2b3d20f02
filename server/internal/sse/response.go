package sse

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"jumun/shared/wire"
)

// header is the header of a stream. It keeps proxies from buffering, changing or storing the
// stream. With HTTP/1 it also ends the connection with the stream: the next connection may find a
// better server.
var header = [][2]string{
	{"Content-Type", "text/event-stream"},
	{"Cache-Control", "no-cache, no-transform"},
	{"X-Accel-Buffering", "no"},
	{"Connection", "close"},
}

// beatsAsEvents reports whether a request asks for heartbeats that a page can see: its EventSource shows no comments.
// The poller writes comments only, so such a stream is not parked.
func beatsAsEvents(r *http.Request) bool {
	return strings.Contains(r.URL.RawQuery, wire.HeartbeatParam) && r.URL.Query().Get(wire.HeartbeatParam) == wire.HeartbeatAsEvent
}

// respond begins the answer to a request for a stream. If the stream can be parked later, respond
// hijacks its connection and returns it; otherwise conn is nil.
func (h *Handler) respond(w http.ResponseWriter, r *http.Request) (out *writer, conn net.Conn) {
	if h.opts.Poller != nil && r.ProtoMajor == 1 && r.TLS == nil && r.ContentLength == 0 && !beatsAsEvents(r) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			out := newWriter(conn, unbuffered{conn}, h.opts.WriteTimeout)
			out.head = responseHead(min(r.ProtoMinor, 1), time.Now(), w.Header())
			return out, conn
		}
	}
	for _, field := range header {
		w.Header().Set(field[0], field[1])
	}
	if r.ProtoMajor > 1 { // it would end the connection of all the browser's streams, by GOAWAY
		w.Header().Del("Connection")
	}
	return newWriter(w, http.NewResponseController(w), h.opts.WriteTimeout), nil
}

// responseHead returns the status line and header as they go over a connection, with what others have put
// into the header: of that, one value of each. They give no
// length and no transfer coding: the body ends with the connection (RFC 9112, section 6.3), so
// that a frame is the same bytes for every stream.
func responseHead(minor int, now time.Time, more http.Header) []byte {
	text := fmt.Appendf(make([]byte, 0, 512), "HTTP/1.%d 200 OK\r\nDate: ", minor) // with room for the first frame
	text = now.UTC().AppendFormat(text, http.TimeFormat)
	for _, field := range header {
		text = append(append(append(append(text, "\r\n"...), field[0]...), ": "...), field[1]...)
	}
	for name := range more {
		text = append(append(append(append(text, "\r\n"...), name...), ": "...), more.Get(name)...)
	}
	return append(text, "\r\n\r\n"...)
}

// An unbuffered connection writes at once, so Flush does nothing.
type unbuffered struct{ net.Conn }

func (unbuffered) Flush() error { return nil }
