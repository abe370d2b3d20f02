package door

import (
	"bufio"
	"bytes"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// hostBytes are what names and addresses of hosts are written with; others are odd.
const hostBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:[]"

// A request is one that was read, and not served yet; or a connection that says nothing.
type request struct {
	fd   int
	head []byte // nil: it has said nothing
	peer netip.AddrPort
	came time.Time // it, or the connection
}

var (
	endOfLine = []byte("\r\n")
	endOfHead = []byte("\r\n\r\n")
	// telling are the fields that say something about a body, or the connection.
	telling = []string{"Content-Length", "Transfer-Encoding", "Trailer", "Expect", "Upgrade"}
)

// wanted says whether what was read begins as a request for a stream, and ends as a head
// does: parse looks at what is between.
func (d *Door) wanted(head []byte) bool {
	rest, ok := bytes.CutPrefix(head, []byte("GET "+d.opts.Prefix))
	if !ok || !bytes.HasSuffix(head, endOfHead) {
		return false
	}
	target, _, _ := bytes.Cut(rest, []byte(" "))
	path, _, _ := bytes.Cut(target, []byte("?"))
	return bytes.HasSuffix(path, []byte(d.opts.Suffix))
}

// work serves requests until the Door is closed and none is left, or until one takes long:
// then another works in its place, since neither a slow device nor a node of Redis that
// hangs must delay the others. Its reader, and its stack, are there for all of them.
func (d *Door) work() {
	reader := bufio.NewReaderSize(nil, maxHead)
	var relieved atomic.Bool
	relieve := sync.OnceFunc(func() {
		relieved.Store(true)
		d.working.Go(d.work)
	})
	for !relieved.Load() {
		r, more := d.requests.next()
		if !more {
			return
		}
		if time.Since(r.came) > tooLong {
			d.refuse(r)
			continue
		}
		late := time.AfterFunc(slow, relieve)
		d.serve(r, reader, relieve)
		if !late.Stop() {
			relieve() // it is done when this returns
		}
	}
}

// serve has one request answered. What net/http would refuse, it is left to.
func (d *Door) serve(in request, reader *bufio.Reader, relieve func()) {
	r, ok := parse(in.head, reader)
	if !ok {
		d.pass(in.fd, in.head)
		return
	}
	r.RemoteAddr = in.peer.String()
	w := newAnswer(d.live, in.fd, r.ProtoMinor, relieve)
	defer d.finish(w)
	d.opts.Streams.ServeHTTP(w, r)
}

// finish ends an answer. A handler that panics has cost its device this connection, even
// if it had taken it over.
func (d *Door) finish(w *answer) {
	switch err := recover(); err {
	case nil:
		w.finish()
		return
	case http.ErrAbortHandler:
	default:
		d.opts.Log.Error("serving a stream failed", "err", err, "stack", string(debug.Stack()))
	}
	_ = w.conn.Close() // fails if it is another's by now
}

// parse returns the request that a head is, if net/http would take it, too.
func parse(head []byte, reader *bufio.Reader) (r *http.Request, ok bool) {
	if !plain(head) {
		return nil, false
	}
	reader.Reset(bytes.NewReader(head))
	r, err := http.ReadRequest(reader)
	return r, err == nil && ordinary(r)
}

// plain says whether a head that wanted took is written as devices write it: each line
// ends with CRLF, is one field, and has no control character in it; and no field is about
// a body or the connection. Where programs read such a thing differently, a request can be
// hidden in another (RFC 9112, section 11.2): net/http has the say.
func plain(head []byte) bool {
	lines := bytes.TrimSuffix(head, endOfHead)
	line, lines, more := bytes.Cut(lines, endOfLine)
	for printable(line) {
		if !more {
			return true
		}
		line, lines, more = bytes.Cut(lines, endOfLine)
		name, _, is := bytes.Cut(line, []byte(":"))
		if !is || bytes.IndexByte(name, ' ') >= 0 || slices.ContainsFunc(telling, func(s string) bool { return strings.EqualFold(s, string(name)) }) {
			return false
		}
	}
	return false
}

func printable(line []byte) bool {
	return !slices.ContainsFunc(line, func(c byte) bool { return c < ' ' || c == 0x7f })
}

// ordinary says whether a request is of a version, and for a host, as devices send them.
func ordinary(r *http.Request) bool {
	if r.ProtoMajor != 1 || r.ProtoMinor > 1 || r.ProtoMinor == 1 && r.Host == "" {
		return false
	}
	return strings.Trim(r.Host, hostBytes) == ""
}
