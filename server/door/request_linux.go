package door

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// A request is one that was read, and not served yet.
type request struct {
	fd   int
	head []byte
	peer unix.Sockaddr
}

var endOfHead = []byte("\r\n\r\n")

// wanted says whether what was read is one whole request for a stream, as far as can be
// seen without reading it as HTTP.
func (d *Door) wanted(head []byte) bool {
	rest, ok := bytes.CutPrefix(head, []byte("GET "+d.opts.Prefix))
	if !ok || !bytes.HasSuffix(head, endOfHead) || bytes.Index(head, endOfHead) != len(head)-len(endOfHead) {
		return false
	}
	target, _, _ := bytes.Cut(rest, []byte(" "))
	path, _, _ := bytes.Cut(target, []byte("?"))
	return bytes.HasSuffix(path, []byte(d.opts.Suffix))
}

// work serves requests until the Door is closed and none is left. Its reader, and its
// stack, are there for all of them.
func (d *Door) work() {
	reader := bufio.NewReaderSize(nil, 4096)
	for r := range d.requests {
		d.serve(r, d.opts.Streams, reader)
	}
}

// serve has a handler answer one request. What net/http would refuse, it is left to.
func (d *Door) serve(in request, handler http.Handler, reader *bufio.Reader) {
	reader.Reset(bytes.NewReader(in.head))
	r, err := http.ReadRequest(reader)
	if err != nil || !ordinary(r) {
		d.pass(in.fd, in.head)
		return
	}
	r.RemoteAddr = address(in.peer)
	w := newAnswer(in.fd, r.ProtoMinor)
	defer d.finish(w)
	handler.ServeHTTP(w, r)
}

// finish ends an answer. A handler that panics has cost its device this connection.
func (d *Door) finish(w *answer) {
	if err := recover(); err != nil && err != http.ErrAbortHandler {
		d.opts.Log.Error("serving a stream failed", "err", err)
		w.status, w.body = http.StatusInternalServerError, nil
	}
	w.finish()
}

// ordinary says whether there is nothing about a request but its path and header fields.
func ordinary(r *http.Request) bool {
	if r.ContentLength != 0 || len(r.TransferEncoding) > 0 || r.ProtoMajor != 1 || r.ProtoMinor == 1 && r.Host == "" {
		return false
	}
	return !slices.ContainsFunc([]string{"Expect", "Upgrade", "Content-Length"}, func(name string) bool { return r.Header.Values(name) != nil })
}

// address is that of a peer as net/http writes it.
func address(peer unix.Sockaddr) string {
	switch a := peer.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port)).String()
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr).Unmap(), uint16(a.Port)).String()
	}
	return net.JoinHostPort("", "0")
}
