package redisconn

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// connected returns both ends of a connection over TCP; ours is a quietConn.
func connected(t *testing.T) (ours, theirs net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = c.Close(), theirs.Close() })
	if ours = quiet(c); ours == c {
		t.Fatal("a connection over TCP was left as it is")
	}
	return ours, theirs
}

func TestAQuietConnWaitsUntilThereIsSomethingToRead(t *testing.T) {
	ours, theirs := connected(t)
	if n, err := ours.Read(nil); n != 0 || err != nil {
		t.Errorf("of no bytes: %d, %v", n, err)
	}
	read := make(chan string)
	go func() {
		p := make([]byte, 16)
		n, _ := ours.Read(p)
		read <- string(p[:n])
	}()
	if _, err := theirs.Write([]byte("order")); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != "order" {
		t.Errorf("read %q", got)
	}
	_ = theirs.Close()
	if n, err := ours.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("of an end: %d, %v", n, err)
	}
}

func TestAQuietConnWritesAllHoweverLittleThePeerTakesAtATime(t *testing.T) {
	ours, theirs := connected(t)
	much := bytes.Repeat([]byte("0123456789"), 1<<20)
	wrote := make(chan error)
	go func() {
		n, err := ours.Write(much)
		if err == nil && n != len(much) {
			err = io.ErrShortWrite
		}
		wrote <- errors.Join(err, ours.Close())
	}()
	got, err := io.ReadAll(theirs)
	if err := errors.Join(err, <-wrote); err != nil || !bytes.Equal(got, much) {
		t.Errorf("%d of %d bytes, %v", len(got), len(much), err)
	}
}

func TestTheDeadlinesOfAQuietConnHold(t *testing.T) {
	ours, _ := connected(t)
	if err := ours.SetDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := ours.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a read: %v", err)
	}
	var err error
	for err == nil { // until the peer's buffers are full
		_, err = ours.Write(make([]byte, 1<<20))
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a write: %v", err)
	}
}

func TestCloseEndsAReadOfAQuietConn(t *testing.T) {
	ours, _ := connected(t)
	read := make(chan error)
	go func() {
		_, err := ours.Read(make([]byte, 1))
		read <- err
	}()
	_ = ours.Close()
	if err := <-read; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

func TestAnErrorOfAQuietConnNamesThePeer(t *testing.T) {
	ours, theirs := connected(t)
	if err := theirs.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	_ = theirs.Close()
	_, err := ours.Read(make([]byte, 1))
	var op *net.OpError
	if !errors.Is(err, syscall.ECONNRESET) || !errors.As(err, &op) || op.Addr.String() != theirs.LocalAddr().String() {
		t.Errorf("a read: %v", err)
	}
	if _, err := ours.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("a write: %v", err)
	}
}

// asked reports whether a func that looks at the descriptor of c is called.
func asked(t *testing.T, c net.Conn) (is bool) {
	t.Helper()
	raw, err := c.(syscall.Conn).SyscallConn()
	if err == nil {
		err = raw.Read(func(uintptr) bool { is = true; return true })
	}
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func TestTheDescriptorIsLookedAtOnlyIfSomethingHasCome(t *testing.T) {
	ours, theirs := connected(t)
	if asked(t, ours) {
		t.Error("nothing has come")
	}
	if _, err := theirs.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	wait(t, ours)
	if !asked(t, ours) {
		t.Error("a byte has come")
	}
	if n, err := ours.Read(make([]byte, 8)); n != 1 || err != nil {
		t.Errorf("it was taken: %d, %v", n, err)
	}
	_ = theirs.Close()
	wait(t, ours)
	if !asked(t, ours) {
		t.Error("the peer has gone")
	}
}

// wait returns once something has come for c.
func wait(t *testing.T, c net.Conn) {
	t.Helper()
	raw, err := c.(*quietConn).Conn.(syscall.Conn).SyscallConn()
	if err == nil {
		err = raw.Read(func(fd uintptr) bool { return !hasNothing(fd) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAConnectionWithoutADescriptorIsUnchanged(t *testing.T) {
	a, _ := net.Pipe()
	if c := tls.Client(a, &tls.Config{}); quiet(c) != net.Conn(c) {
		t.Error("of TLS it is another")
	}
}
