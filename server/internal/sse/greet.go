package sse

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// head is what a stream is answered with. It says what keeps proxies from buffering,
// changing or storing it, and has the connection end with the stream: the next one may
// find a better pod.
var head = [][2]string{
	{"Content-Type", "text/event-stream"},
	{"Cache-Control", "no-cache, no-transform"},
	{"X-Accel-Buffering", "no"},
	{"Connection", "close"},
}

// greet begins the answer to a request for a stream. Where the stream can be parked later
// it has conn for itself; else conn is nil.
func (h *Handler) greet(w http.ResponseWriter, r *http.Request) (out *frames, conn net.Conn) {
	if h.opts.Lot != nil && r.ProtoMajor == 1 && r.TLS == nil && r.ContentLength == 0 {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			out := newFrames(conn, unbuffered{conn}, h.opts.WriteTimeout)
			out.head = rawHead(min(r.ProtoMinor, 1), time.Now())
			return out, conn
		}
	}
	for _, field := range head {
		w.Header().Set(field[0], field[1])
	}
	return newFrames(w, http.NewResponseController(w), h.opts.WriteTimeout), nil
}

// rawHead is the head as it goes over a connection. It gives no length and no transfer
// coding: the body ends with the connection (RFC 9112, section 6.3), so that a frame is
// the same bytes for every stream.
func rawHead(minor int, now time.Time) []byte {
	text := fmt.Appendf(make([]byte, 0, 512), "HTTP/1.%d 200 OK\r\nDate: ", minor) // the first frame follows
	text = now.UTC().AppendFormat(text, http.TimeFormat)
	for _, field := range head {
		text = append(append(append(append(text, "\r\n"...), field[0]...), ": "...), field[1]...)
	}
	return append(text, "\r\n\r\n"...)
}

// unbuffered is a connection whose writes go out at once.
type unbuffered struct{ net.Conn }

func (unbuffered) Flush() error { return nil }
