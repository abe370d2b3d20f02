package pod

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A listener hands out what is put into it.
type listener chan net.Conn

func (l listener) Accept() (net.Conn, error) {
	if c, ok := <-l; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (l listener) Close() error { return nil }

func (l listener) Addr() net.Addr { return &net.TCPAddr{} }

func TestAProxyClosesAnIdleConnectionBeforeTheServerDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table, _ := newTable(10)
		quiet := slog.New(slog.DiscardHandler)
		server := httpServer(http.HandlerFunc(ok), table, newServerLog(quiet, func(string) {}))
		proxy, conn := net.Pipe()
		l := make(listener, 1)
		held := &socket{Conn: conn, peer: "192.0.2.1"}
		l <- held
		go func() { _ = server.Serve(l) }()
		answers := bufio.NewReader(proxy)
		for range 2 { // without a token, as a browser that asks for the page
			if _, err := io.WriteString(proxy, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(answers, nil)
			if err == nil {
				_, err = io.Copy(io.Discard, res.Body)
			}
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(2*time.Minute - time.Second)
			if held.closed() {
				t.Error("the server has closed it first")
				break
			}
		}
		_, _ = proxy.Close(), conn.Close()
		close(l)
	})
}
