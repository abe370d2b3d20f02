package pod

import (
	"errors"
	"net"
	"net/http"
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

func TestAConnectionThatIsClosedOrIdleMakesRoomForAnotherAtOnce(t *testing.T) {
	l, _ := limited(t, maxAccepted+2)
	conns := make([]net.Conn, maxAccepted)
	for i := range conns {
		conns[i] = accepted(t, l)
		conns[i].(*limitedConn).timer.Stop() // it counts until it says otherwise
	}
	next := make(chan net.Conn)
	go func() {
		for range 2 {
			c, _ := l.Accept()
			next <- c
		}
	}()
	select {
	case <-next:
		t.Fatalf("%d connections are worked on at the same time", maxAccepted+1)
	case <-time.After(50 * time.Millisecond): // it can only be too short to see the fault
	}
	_ = conns[0].Close()
	_ = (<-next).Close() // and with it another slot
	doneWhenIdle(conns[1], http.StateIdle)
	doneWhenIdle(conns[1], http.StateIdle) // its second request does not count
	_ = (<-next).Close()
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
