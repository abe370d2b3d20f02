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

func TestAPeerThatLeavesIsNoticed(t *testing.T) {
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
			p, _ := running(t, options())
			before := descriptors(t)
			o, peer := enter(t, p, false)
			tt.leave(peer)
			o.isClosed(t, Disconnected)
			peer.Close()
			hasDescriptors(t, before)
			if n := p.Len(); n != 0 {
				t.Errorf("%d are parked", n)
			}
		})
		t.Run(tt.name+", before it is parked", func(t *testing.T) {
			p, _ := running(t, options())
			conn, peer := pair(t, "tcp", false)
			tt.leave(peer)
			o := newRecorder()
			if err := p.Add(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			o.isClosed(t, Disconnected)
		})
		t.Run(tt.name+", while something waits", func(t *testing.T) {
			p, _ := running(t, options())
			o, peer := enter(t, p, true)
			o.clog(t, 3)
			tt.leave(peer)
			o.isClosed(t, Disconnected)
		})
	}
}

func TestWhatAPeerSendsEndsNothing(t *testing.T) {
	p, _ := running(t, options())
	o, peer := enter(t, p, false)
	r := bufio.NewReader(peer)
	for n := range 20 {
		_, _ = io.WriteString(peer, "GET / HTTP/1.1\r\n\r\n")
		o.Send(numbered(n))
		readNumbered(t, r, n, 1)
	}
	// What was never read must not turn the end into a reset, which could overtake the last frame.
	o.Finish(true, []byte("bye"))
	o.isClosed(t, Finished)
	if rest := readRest(t, r); rest != "bye" {
		t.Errorf("at the end came %q", rest)
	}
}

// What the kernel took may be on its way for long. If the peer has sent something that nobody
// read, closing would discard it.
func TestWhatAPeerSendsCostsItNoFrame(t *testing.T) {
	p, _ := running(t, options())
	o, peer := enter(t, p, true)
	_, _ = io.WriteString(peer, "hello")
	sent, read := o.clog(t, 1), 0
	r := bufio.NewReader(peer)
	for ; o.waits() > 0; read++ {
		readNumbered(t, r, read+1, 1)
	}
	o.Finish(true, nil)
	o.isClosed(t, Finished)
	readNumbered(t, r, read+1, sent-read)
	if rest := readRest(t, r); rest != "" {
		t.Errorf("at the end came %q", rest)
	}
}

func TestAnEventOfAnEarlierConnectionWithTheDescriptorDoesNothing(t *testing.T) {
	p, _ := running(t, options())
	o, _ := enter(t, p, false)
	if why := o.onEvents(o.number-1, unix.EPOLLHUP); why != "" || p.Len() != 1 {
		t.Errorf("it was closed: %s", why)
	}
}

func TestFinish(t *testing.T) {
	t.Run("with keep writes what waits, then the last", func(t *testing.T) {
		p, _ := running(t, options())
		o, peer := enter(t, p, true)
		sent := o.clog(t, 10)
		o.Finish(true, []byte("bye"))
		r := bufio.NewReader(peer)
		readNumbered(t, r, 1, sent)
		if rest := readRest(t, r); rest != "bye" {
			t.Errorf("at the end came %q", rest)
		}
		o.isClosed(t, Finished)
	})
	t.Run("without keep writes the rest of a frame, then the last", func(t *testing.T) {
		p, _ := running(t, options())
		o, peer := enter(t, p, true)
		long := strings.Repeat("long", 1<<20)
		o.Send([]byte(long))
		o.clog(t, 10)
		for range 3 { // for nothing
			o.onEvents(o.number, unix.EPOLLOUT)
		}
		o.Finish(false, []byte("bye"))
		if rest := readRest(t, peer); rest != long+"bye" {
			t.Errorf("came %d bytes of %d and then %.40q", len(rest), len(long), strings.TrimLeft(rest, "long"))
		}
		o.isClosed(t, Finished)
	})
	t.Run("without keep and nothing begun writes the last alone", func(t *testing.T) {
		b := backlog{frames: [][]byte{[]byte("a"), []byte("b")}}
		if b.conclude(false, []byte("bye")); len(b.frames) != 1 || string(b.frames[0]) != "bye" {
			t.Errorf("left %q", b.frames)
		}
	})
	t.Run("on a quiet connection writes the last alone, once", func(t *testing.T) {
		p, _ := running(t, options())
		o, peer := enter(t, p, false)
		o.Finish(false, []byte("bye"))
		o.Finish(true, []byte("bye"))
		if !o.Send([]byte("x")) {
			t.Error("Send is false")
		}
		if rest := readRest(t, peer); rest != "bye" {
			t.Errorf("came %q", rest)
		}
		o.isClosed(t, Finished)
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

// However many frames wait, together they have no more than FinishTimeout.
func TestAStuckPeerIsClosedAfterFinishTimeout(t *testing.T) {
	opts := options()
	opts.FinishTimeout = 300 * time.Millisecond
	opts.Heartbeat = time.Second
	p, _ := running(t, opts)
	o, peer := enter(t, p, true)
	o.clog(t, 40)
	start := time.Now()
	o.Finish(true, []byte("bye"))
	if p.Len() != 1 {
		t.Error("a connection that is being finished does not count")
	}
	r := bufio.NewReader(peer)
	readNumbered(t, r, 1, 5) // some of it goes
	o.isClosed(t, Finished)
	if lasted := time.Since(start); lasted < opts.FinishTimeout || lasted > patience/2 {
		t.Errorf("it lasted %v", lasted)
	}
	if p.Len() != 0 {
		t.Error("it is there")
	}
	if rest, _ := io.ReadAll(r); strings.HasSuffix(string(rest), "bye") {
		t.Error("all was written: the test tests nothing")
	}
}

func TestTheEndOfRunClosesAll(t *testing.T) {
	before := descriptors(t)
	p, stop := running(t, options())
	quiet, its := enter(t, p, false)
	stuck, other := enter(t, p, true)
	stuck.clog(t, 3)
	conn, peer := pair(t, "tcp", false)
	stop()
	quiet.isClosed(t, Disconnected)
	stuck.isClosed(t, Disconnected)
	if rest := readRest(t, its); rest != "" || p.Len() != 0 {
		t.Errorf("came %q, %d are parked", rest, p.Len())
	}
	late := newRecorder()
	if err := p.Add(&late.Conn, conn, late, time.Now()); !errors.Is(err, errEnded) {
		t.Errorf("Add: %v", err)
	}
	late.Send([]byte("nothing"))
	isUnchanged(t, conn, peer)
	for _, c := range []net.Conn{its, other, conn, peer} {
		c.Close()
	}
	hasDescriptors(t, before)
}

func TestAConnectionThatCannotBeParkedIsUnchanged(t *testing.T) {
	p, _ := running(t, options())
	conn, peer := net.Pipe()
	o := newRecorder()
	if err := p.Add(&o.Conn, conn, o, time.Now()); !errors.Is(err, ErrUnsupported) || p.Len() != 0 {
		t.Errorf("Add: %v", err)
	}
	isUnchanged(t, conn, peer)
	closed, _ := pair(t, "tcp", false)
	closed.Close()
	if err := p.Add(&o.Conn, closed, o, time.Now()); err == nil || p.Len() != 0 {
		t.Error("parked what was closed")
	}
}

func TestNoConnectionGetsADescriptorThatIsKeptForOthers(t *testing.T) {
	few := options()
	conn, peer := pair(t, "tcp", false)
	few.Below = 3 // those are stdin, stdout and stderr
	p, _ := running(t, few)
	before := descriptors(t)
	o := newRecorder()
	if err := p.Add(&o.Conn, conn, o, time.Now()); !errors.Is(err, unix.EMFILE) || p.Len() != 0 {
		t.Errorf("Add: %v", err)
	}
	hasDescriptors(t, before)
	isUnchanged(t, conn, peer)
}

func isUnchanged(t *testing.T, conn, peer net.Conn) {
	t.Helper()
	go func() { _, _ = io.WriteString(conn, "still here\n") }()
	if line, err := bufio.NewReader(peer).ReadString('\n'); err != nil || line != "still here\n" {
		t.Errorf("came %q, %v", line, err)
	}
}
