package pod

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"jumun/server/internal/wait"
)

// limited is an acceptLimiter on a free port, and connections to it.
func limited(t *testing.T, connections int) (l net.Listener, clients []net.Conn) {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l = limitAccepts(tcp)
	t.Cleanup(func() { _ = l.Close() })
	for range connections {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		clients = append(clients, c)
	}
	return l, clients
}

// accepted returns the next connection that l hands out.
func accepted(t *testing.T, l net.Listener) net.Conn {
	t.Helper()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// full is an acceptLimiter with maxAccepted connections that count until they say otherwise, and
// what it hands out after them.
func full(t *testing.T, more int) (conns []*limitedConn, next <-chan net.Conn) {
	t.Helper()
	l, _ := limited(t, maxAccepted+more)
	l.(*acceptLimiter).silentFor = time.Hour
	for range maxAccepted {
		conns = append(conns, accepted(t, l).(*limitedConn))
	}
	handed := make(chan net.Conn)
	go func() {
		for range more {
			c, _ := l.Accept()
			handed <- c
		}
	}()
	return conns, handed
}

func TestAConnectionThatIsClosedMakesRoomForAnother(t *testing.T) {
	conns, next := full(t, 1)
	select {
	case <-next:
		t.Fatalf("%d connections are worked on at the same time", maxAccepted+1)
	case <-time.After(50 * time.Millisecond): // it can only be too short to see the fault
	}
	_ = conns[0].Close()
	_ = (<-next).Close()
}

func TestOnlyRequestsForStreamsCountAndOnlyWhileRedisIsThere(t *testing.T) {
	for name, tt := range map[string]struct{ stream, redis, counts bool }{
		"a stream":                    {true, true, true},
		"a stream, and Redis is away": {true, false, false},
		"a probe":                     {false, true, false},
	} {
		released := false
		c := &limitedConn{release: func() { released = true }, timer: time.AfterFunc(time.Hour, func() {})}
		handler := countStreams(func(*http.Request) bool { return tt.stream }, func() bool { return tt.redis }, http.HandlerFunc(ok))
		r := httptest.NewRequestWithContext(withConn(t.Context(), c), "GET", "/", nil)
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if released == tt.counts || c.timer.Stop() != tt.counts {
			t.Errorf("%s: released %v", name, released)
		}
	}
}

func TestConnectionsThatSayNothingDoNotKeepTheOthersOut(t *testing.T) {
	l, _ := limited(t, maxAccepted+1)
	for range maxAccepted + 1 {
		accepted(t, l)
	}
}

func TestClosingClosesTheConnectionsThatWait(t *testing.T) {
	l, clients := limited(t, 1)
	for late := time.Now().Add(10 * time.Second); len(l.(*acceptLimiter).waiting) == 0; wait.For(t.Context(), time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the connection was not accepted")
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_ = clients[0].SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := clients[0].Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("a connection that waited is still open:", err)
	}
}

func TestAnAcceptThatWaitsEndsWithTheListener(t *testing.T) {
	l, _ := limited(t, 0)
	ended := make(chan error)
	go func() {
		_, err := l.Accept()
		ended <- err
	}()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Error("Accept ended by", err)
	}
}
