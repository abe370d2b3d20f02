//go:build linux

package main

import (
	"bufio"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// echo sends back every line it gets, until the test ends.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, conn); _ = conn.Close() }()
		}
	}()
	return l.Addr().String()
}

func openTo(t *testing.T, addr string) *proxy {
	t.Helper()
	p, err := openProxy(func() (net.Conn, int, error) {
		conn, err := net.Dial("tcp", addr)
		return conn, 0, err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

// A line is a connection through a proxy.
type line struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func dial(t *testing.T, p *proxy) line {
	t.Helper()
	conn, err := net.Dial("tcp", p.addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return line{t, conn, bufio.NewReader(conn)}
}

// ask sends something and returns why no answer came; nil: it came.
func (l line) ask(patience time.Duration) error {
	l.t.Helper()
	_ = l.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(l, "hello\n"); err != nil {
		return err
	}
	_, err := l.in.ReadString('\n')
	return err
}

const (
	enough = 30 * time.Second       // for what must come
	little = 100 * time.Millisecond // for what must not come
)

func TestAProxyCarries(t *testing.T) {
	if err := dial(t, openTo(t, echo(t))).ask(enough); err != nil {
		t.Error(err)
	}
}

func TestACutIsAReset(t *testing.T) {
	p := openTo(t, echo(t))
	l := dial(t, p)
	if err := l.ask(enough); err != nil {
		t.Fatal(err)
	}
	for _, link := range p.some(0, 1, rand.New(rand.NewPCG(0, 0))) {
		link.cut()
	}
	if err := l.ask(enough); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("got %v, want a reset", err)
	}
}

func TestAHalfOpenPlaceSwallowsAllAndTellsNobody(t *testing.T) {
	p := openTo(t, echo(t))
	old := dial(t, p)
	if err := old.ask(enough); err != nil {
		t.Fatal(err)
	}
	p.halfOpen(0, true)
	for name, l := range map[string]line{"old": old, "new": dial(t, p)} {
		if err := l.ask(little); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the %s connection: got %v, want silence", name, err)
		}
	}
	p.halfOpen(0, false)
	if err := old.ask(little); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the old connection, afterwards: got %v, want silence", err)
	}
	if err := dial(t, p).ask(enough); err != nil {
		t.Errorf("a connection made afterwards: %v", err)
	}
	p.cutMuted()
	if err := old.ask(enough); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the old connection, cut: got %v, want its end", err)
	}
}

func TestWhatCannotBeReachedIsRefused(t *testing.T) {
	p, err := openProxy(func() (net.Conn, int, error) { return nil, -1, errors.New("nobody is there") })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	conn, err := net.Dial("tcp", p.addr())
	if err == nil { // else the reset came before dialling was done
		defer conn.Close()
		err = line{t, conn, bufio.NewReader(conn)}.ask(enough)
	}
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want a refusal", err)
	}
}
