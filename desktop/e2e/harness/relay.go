//go:build linux

package harness

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
)

// LastPiece makes a relay hold back all that came last.
const LastPiece = 0

// NewRelay returns a relay to a server, such as an antivirus program that looks into streams: of a
// stream it holds back the last bytes, or LastPiece, until more comes. All else it passes on.
func NewRelay(to *Server, last int) *httptest.Server {
	address := &url.URL{Scheme: "http", Host: to.Addr()}
	return httptest.NewServer(&httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(address) },
		ModifyResponse: func(res *http.Response) error {
			if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
				res.Body = &heldBack{ReadCloser: res.Body, last: last}
			}
			return nil
		},
	})
}

// A heldBack is a body whose end is held back until the body ends.
type heldBack struct {
	io.ReadCloser
	last  int    // bytes, or LastPiece
	ready []byte // to be read
	held  []byte
	err   error
}

func (h *heldBack) Read(p []byte) (int, error) {
	for len(h.ready) == 0 {
		if h.err != nil {
			return 0, h.err
		}
		h.take()
	}
	n := copy(p, h.ready)
	h.ready = h.ready[n:]
	return n, nil
}

// take reads the next piece.
func (h *heldBack) take() {
	piece := make([]byte, 4<<10)
	n, err := h.ReadCloser.Read(piece)
	pass := len(h.held)
	if h.last != LastPiece {
		pass = max(len(h.held)+n-h.last, 0)
	}
	all := append(h.held, piece[:n]...)
	if h.err = err; err != nil {
		pass = len(all)
	}
	h.ready, h.held = all[:pass:pass], all[pass:]
}
