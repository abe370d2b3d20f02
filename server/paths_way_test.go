//go:build linux

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A way is how a device reaches a server.
type way struct {
	name  string
	proto string // as http.Response has it
	tls   bool
}

func ways() []way {
	return []way{
		{"HTTP 1.1", "HTTP/1.1", false},
		{"HTTP 1.0", "HTTP/1.0", false}, // knows no chunks
		{"HTTP 1.1 over TLS", "HTTP/1.1", true},
		{"HTTP 2", "HTTP/2.0", true},
	}
}

// flow is what HTTP/2 lets a server send to a device that does not read: the least that
// net/http takes.
const flow = 64 << 10

// A request is what a device asks for.
type request struct {
	method, path string // GET, if it is empty
	pass         string // its token; empty: none
	after        string // its Last-Event-ID; empty: none
	more         string // sent with it, where it does not belong; HTTP/1 only
	narrow       bool   // its connection holds a few KB, so that unread bytes are soon felt
}

func (q request) header() http.Header {
	h := http.Header{}
	if q.pass != "" {
		h.Set("Authorization", "Bearer "+q.pass)
	}
	if q.after != "" {
		h.Set("Last-Event-ID", q.after)
	}
	return h
}

// ask sends a request over a connection of its own, and returns the answer and that.
func (w way) ask(address string, trust *x509.CertPool, q request) (*http.Response, *line, error) {
	l, err := w.dial(address, trust, q.narrow)
	if err != nil {
		return nil, nil, err
	}
	if q.method == "" {
		q.method = http.MethodGet
	}
	res, err := w.over(l, address, q)
	if err != nil {
		_ = l.Close()
		return nil, nil, err
	}
	if res.Proto != w.proto {
		err = fmt.Errorf("asked by %s, answered by %s", w.proto, res.Proto)
	}
	return res, l, err
}

func (w way) over(l *line, address string, q request) (*http.Response, error) {
	if w.proto == "HTTP/2.0" {
		return l.askHTTP2(address, q)
	}
	var head strings.Builder
	fmt.Fprintf(&head, "%s %s %s\r\nHost: %s\r\n", q.method, q.path, w.proto, address)
	_ = q.header().Write(&head) // a Builder takes everything
	if _, err := io.WriteString(l, head.String()+"\r\n"+q.more); err != nil {
		return nil, err
	}
	return http.ReadResponse(bufio.NewReader(l), &http.Request{Method: q.method})
}

func (l *line) askHTTP2(address string, q request) (*http.Response, error) {
	transport := &http.Transport{
		ForceAttemptHTTP2: true,
		DialTLSContext:    func(context.Context, string, string) (net.Conn, error) { return l.Conn, nil },
		HTTP2:             &http.HTTP2Config{MaxReceiveBufferPerStream: flow, MaxReceiveBufferPerConnection: flow},
	}
	req, err := http.NewRequest(q.method, "https://"+address+q.path, nil)
	if err != nil {
		return nil, err
	}
	req.Header = q.header()
	return transport.RoundTrip(req)
}

// A line is a device's connection.
type line struct {
	net.Conn // what the device speaks over: TLS, if the way has it
	tcp      *net.TCPConn
}

func (w way) dial(address string, trust *x509.CertPool, narrow bool) (*line, error) {
	var dialer net.Dialer
	if narrow {
		dialer.Control = holdLittle
	}
	c, err := dialer.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	l := &line{c, c.(*net.TCPConn)}
	if w.tls {
		config := &tls.Config{RootCAs: trust, ServerName: "127.0.0.1", NextProtos: []string{"http/1.1"}}
		if w.proto == "HTTP/2.0" {
			config.NextProtos = []string{"h2"}
		}
		l.Conn = tls.Client(c, config)
	}
	return l, nil
}

// holdLittle has both ends of a connection buffer little: this one by its size, the other
// since what it may buffer grows with the size of its segments.
func holdLittle(_, _ string, c syscall.RawConn) error {
	var err error
	failed := c.Control(func(fd uintptr) {
		if err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 4<<10); err == nil {
			err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_MAXSEG, 536)
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// vanish has the device's end of the connection take no packet any more, and so send none:
// as if its cable were cut. Nobody is told.
func (l *line) vanish() error {
	raw, err := l.tcp.SyscallConn()
	if err != nil {
		return err
	}
	nothing := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: 0} // of each packet, no byte
	failed := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &nothing})
	})
	if failed != nil {
		return failed
	}
	return err
}

// halfClose says that the device sends no more, and leaves open what it hears.
func (l *line) halfClose() error {
	return l.Conn.(interface{ CloseWrite() error }).CloseWrite()
}

// reset ends the connection at once, as a device that crashes does.
func (l *line) reset() error {
	if err := l.tcp.SetLinger(0); err != nil {
		return err
	}
	return l.tcp.Close()
}

// An ear is a stream that is read by hand: what is not asked for is not taken.
type ear struct {
	*line
	res   *http.Response
	lines *bufio.Scanner
	last  string // the ID of the last event that had one
}

// listenTo makes an ear of an answer.
func listenTo(res *http.Response, l *line) *ear {
	return &ear{line: l, res: res, lines: bufio.NewScanner(res.Body)}
}

// any is the next event, heartbeats too; nil at the end, and when none comes: see clean.
func (e *ear) any() event {
	tooLong := time.AfterFunc(patience, func() { _ = e.tcp.Close() })
	defer tooLong.Stop()
	got := event{}
	for e.lines.Scan() {
		if e.lines.Text() == "" {
			if id, has := got["id"]; has {
				e.last = id
			}
			return got
		}
		name, value, _ := strings.Cut(e.lines.Text(), ":")
		got[name] = strings.TrimPrefix(value, " ")
	}
	return nil
}

// next is the next event but heartbeats.
func (e *ear) next() event {
	got := e.any()
	for got != nil {
		if _, heartbeat := got[""]; !heartbeat {
			return got
		}
		got = e.any()
	}
	return nil
}

// clean reports whether a stream that ended did so as HTTP wants it.
func (e *ear) clean() bool { return e.lines.Err() == nil }
