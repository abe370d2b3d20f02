//go:build linux

package baseline

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestMartIn(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a request", "GET /v1/marts/42/events HTTP/1.1\r\nHost: x\r\n\r\n", "42"},
		{"half of one", "GET /v1/marts/42/events HTTP/1.1\r\nHost: x\r\n", ""},
		{"no mart", "GET /v1/marts//events HTTP/1.1\r\n\r\n", ""},
		{"something else", "POST /v1/orders HTTP/1.1\r\n\r\n", ""},
		{"nothing, as at the end of a stream", "", ""},
	}
	for _, tt := range tests {
		if got := string(martIn([]byte(tt.in))); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzMartIn(f *testing.F) {
	f.Add([]byte("GET /v1/marts/42/events HTTP/1.1\r\nHost: x\r\n\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if mart := martIn(in); mart != nil && !bytes.HasPrefix(in, append([]byte("GET /v1/marts/"), mart...)) {
			t.Errorf("%q in %q", mart, in)
		}
	})
}

// stream is a socket that a server holds, and its other end.
func stream(t *testing.T) (fd int, peer io.ReadCloser) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fds[1]) })
	return fds[0], other(fds[1])
}

type other int

func (o other) Read(p []byte) (int, error) { return unix.Read(int(o), p) }
func (o other) Close() error               { return unix.Shutdown(int(o), unix.SHUT_RDWR) }

func TestAnOrderGoesToTheStreamsOfItsMartAndToNoOther(t *testing.T) {
	s := &server{marts: map[string][]int32{}}
	here, hears := stream(t)
	gone, peer := stream(t)
	there, hearsNothing := stream(t)
	s.hold(here, "42")
	s.hold(gone, "42")
	s.hold(there, "43")
	if err := peer.Close(); err != nil {
		t.Fatal(err)
	}
	s.deliver([]byte(`{"martId":"42","orderId":"1"}`))
	s.deliver([]byte(`{"orderId":"of nobody"}`))
	s.deliver([]byte(`{"martId":"43","orderId":"2"}`))
	for name, want := range map[io.Reader]string{hears: `data: {"martId":"42","orderId":"1"}`, hearsNothing: `data: {"martId":"43","orderId":"2"}`} {
		lines := bufio.NewScanner(name)
		lines.Scan()
		lines.Scan()
		if lines.Text() != want {
			t.Errorf("%q, want %q", lines.Text(), want)
		}
	}
	if len(s.marts["42"]) != 1 || s.of(gone) != "" {
		t.Errorf("who has gone is still there: %v", s.marts)
	}
	s.close(here)
	s.close(there)
	if len(s.marts["42"])+len(s.marts["43"]) != 0 {
		t.Errorf("a closed stream is still there: %v", s.marts)
	}
}

func TestServeSaysWhatFails(t *testing.T) {
	s := &server{}
	if err := s.open("127.0.0.1:0", "127.0.0.1:1", "order"); err == nil || !strings.Contains(err.Error(), "redis") {
		t.Errorf("without a Redis: %v", err)
	}
	redis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer redis.Close()
	if err := s.open("nowhere", redis.Addr().String(), "order"); err == nil || !strings.Contains(err.Error(), "listen") {
		t.Errorf("without an address: %v", err)
	}
}
