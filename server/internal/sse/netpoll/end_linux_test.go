package netpoll

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestALeaverIsNoticed(t *testing.T) {
	tests := []struct {
		name  string
		leave func(net.Conn)
	}{
		{"it closes", func(peer net.Conn) { leave(peer, 1) }},
		{"it closes its half", func(peer net.Conn) { leave(peer, 2) }},
		{"it resets", func(peer net.Conn) { leave(peer, 3) }},
		{"it says something first", func(peer net.Conn) { _, _ = io.WriteString(peer, "x"); leave(peer, 2) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, _ := running(t, options())
			before := descriptors(t)
			o, peer := enter(t, l, false)
			tt.leave(peer)
			o.isOver(t, Gone)
			peer.Close()
			hasDescriptors(t, before)
			if n := l.Len(); n != 0 {
				t.Errorf("%d are parked", n)
			}
		})
		t.Run(tt.name+", before it is parked", func(t *testing.T) {
			l, _ := running(t, options())
			conn, peer := pair(t, "tcp", false)
			tt.leave(peer)
			o := newTenant()
			if err := l.Enter(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			o.isOver(t, Gone)
		})
		t.Run(tt.name+", while something waits", func(t *testing.T) {
			l, _ := running(t, options())
			o, peer := enter(t, l, true)
			o.clog(t, 3)
			tt.leave(peer)
			o.isOver(t, Gone)
		})
	}
}

func TestWhatAPeerSaysEndsNothing(t *testing.T) {
	l, _ := running(t, options())
	o, peer := enter(t, l, false)
	r := bufio.NewReader(peer)
	for n := range 20 {
		_, _ = io.WriteString(peer, "GET / HTTP/1.1\r\n\r\n")
		o.Send(numbered(n))
		readNumbered(t, r, n, 1)
	}
	// What was never read must not turn the end into a reset, which may overtake it.
	o.Finish(true, []byte("bye"))
	o.isOver(t, Finished)
	if rest := readRest(t, r); rest != "bye" {
		t.Errorf("at the end came %q", rest)
	}
}

// What the kernel took may be on its way for long. If the peer has said something that
// nobody read, closing would throw it away.
func TestWhatAPeerSaysTakesNothingFromItsEnd(t *testing.T) {
	l, _ := running(t, options())
	o, peer := enter(t, l, true)
	_, _ = io.WriteString(peer, "hello")
	sent, read := o.clog(t, 1), 0
	r := bufio.NewReader(peer)
	for ; o.waits() > 0; read++ {
		readNumbered(t, r, read+1, 1)
	}
	o.Finish(true, nil)
	o.isOver(t, Finished)
	readNumbered(t, r, read+1, sent-read)
	if rest := readRest(t, r); rest != "" {
		t.Errorf("at the end came %q", rest)
	}
}

func TestAnEventOfWhoHadTheDescriptorBeforeDoesNothing(t *testing.T) {
	l, _ := running(t, options())
	o, _ := enter(t, l, false)
	if why := o.ready(o.mark-1, unix.EPOLLHUP); why != "" || l.Len() != 1 {
		t.Errorf("it is over: %s", why)
	}
}

func TestFinish(t *testing.T) {
	t.Run("with keep writes what waits, then the last", func(t *testing.T) {
		l, _ := running(t, options())
		o, peer := enter(t, l, true)
		sent := o.clog(t, 10)
		o.Finish(true, []byte("bye"))
		r := bufio.NewReader(peer)
		readNumbered(t, r, 1, sent)
		if rest := readRest(t, r); rest != "bye" {
			t.Errorf("at the end came %q", rest)
		}
		o.isOver(t, Finished)
	})
	t.Run("without keep writes the rest of a frame, then the last", func(t *testing.T) {
		l, _ := running(t, options())
		o, peer := enter(t, l, true)
		long := strings.Repeat("long", 1<<20)
		o.Send([]byte(long))
		o.clog(t, 10)
		for range 3 { // for nothing
			o.ready(o.mark, unix.EPOLLOUT)
		}
		o.Finish(false, []byte("bye"))
		if rest := readRest(t, peer); rest != long+"bye" {
			t.Errorf("came %d bytes of %d and then %.40q", len(rest), len(long), strings.TrimLeft(rest, "long"))
		}
		o.isOver(t, Finished)
	})
	t.Run("without keep and nothing begun writes the last alone", func(t *testing.T) {
		b := backlog{frames: [][]byte{[]byte("a"), []byte("b")}}
		if b.conclude(false, []byte("bye")); len(b.frames) != 1 || string(b.frames[0]) != "bye" {
			t.Errorf("left %q", b.frames)
		}
	})
	t.Run("on a quiet connection writes the last alone, once", func(t *testing.T) {
		l, _ := running(t, options())
		o, peer := enter(t, l, false)
		o.Finish(false, []byte("bye"))
		o.Finish(true, []byte("bye"))
		if !o.Send([]byte("x")) {
			t.Error("Send is false")
		}
		if rest := readRest(t, peer); rest != "bye" {
			t.Errorf("came %q", rest)
		}
		o.isOver(t, Finished)
		o.Finish(true, []byte("bye"))
	})
	t.Run("does nothing on what is not parked", func(t *testing.T) {
		var c Conn
		c.Finish(true, []byte("bye"))
		if !c.Send([]byte("x")) {
			t.Error("Send is false")
		}
	})
}

// However many frames go, together they have no more than Last.
func TestAStuckPeerIsFinishedAfterLast(t *testing.T) {
	opts := options()
	opts.Last = 300 * time.Millisecond
	opts.Heartbeat = time.Second
	l, _ := running(t, opts)
	o, peer := enter(t, l, true)
	o.clog(t, 40)
	start := time.Now()
	o.Finish(true, []byte("bye"))
	if l.Len() != 1 {
		t.Error("what is being finished does not count")
	}
	r := bufio.NewReader(peer)
	readNumbered(t, r, 1, 5) // some of it goes
	o.isOver(t, Finished)
	if lasted := time.Since(start); lasted < opts.Last || lasted > patience/2 {
		t.Errorf("it lasted %v", lasted)
	}
	if l.Len() != 0 {
		t.Error("it is there")
	}
	if rest, _ := io.ReadAll(r); strings.HasSuffix(string(rest), "bye") {
		t.Error("all was written: the test tests nothing")
	}
}

func TestTheEndOfRunClosesAll(t *testing.T) {
	before := descriptors(t)
	l, stop := running(t, options())
	quiet, its := enter(t, l, false)
	stuck, other := enter(t, l, true)
	stuck.clog(t, 3)
	conn, peer := pair(t, "tcp", false)
	stop()
	quiet.isOver(t, Gone)
	stuck.isOver(t, Gone)
	if rest := readRest(t, its); rest != "" || l.Len() != 0 {
		t.Errorf("came %q, %d are parked", rest, l.Len())
	}
	late := newTenant()
	if err := l.Enter(&late.Conn, conn, late, time.Now()); !errors.Is(err, errEnded) {
		t.Errorf("Enter: %v", err)
	}
	late.Send([]byte("nothing"))
	isAsItWas(t, conn, peer)
	for _, c := range []net.Conn{its, other, conn, peer} {
		c.Close()
	}
	hasDescriptors(t, before)
}

func TestWhatCannotBeParkedIsAsItWas(t *testing.T) {
	l, _ := running(t, options())
	conn, peer := net.Pipe()
	o := newTenant()
	if err := l.Enter(&o.Conn, conn, o, time.Now()); !errors.Is(err, ErrUnsupported) || l.Len() != 0 {
		t.Errorf("Enter: %v", err)
	}
	isAsItWas(t, conn, peer)
	closed, _ := pair(t, "tcp", false)
	closed.Close()
	if err := l.Enter(&o.Conn, closed, o, time.Now()); err == nil || l.Len() != 0 {
		t.Error("parked what was closed")
	}
}

func isAsItWas(t *testing.T, conn, peer net.Conn) {
	t.Helper()
	go func() { _, _ = io.WriteString(conn, "still here\n") }()
	if line, err := bufio.NewReader(peer).ReadString('\n'); err != nil || line != "still here\n" {
		t.Errorf("came %q, %v", line, err)
	}
}
