package netpoll

import (
	"bufio"
	"net"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestFramesArriveInTheOrderOfCalls(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			p, _ := running(t, options())
			conn, peer := pair(t, network, false)
			o := newRecorder()
			if err := p.Add(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			r := bufio.NewReader(peer)
			for n := range 100 {
				if !o.Send(numbered(n)) {
					t.Fatalf("frame %d has no room", n)
				}
				readNumbered(t, r, n, 1)
			}
			o.Finish(true, []byte("bye"))
			if rest := readRest(t, r); rest != "bye" {
				t.Errorf("after the frames came %q", rest)
			}
			o.isClosed(t, Finished)
		})
	}
}

func TestAPeerThatReadsAgainGetsEverything(t *testing.T) {
	p, _ := running(t, options())
	o, peer := enter(t, p, true)
	sent := o.clog(t, 20)
	r := bufio.NewReader(peer)
	readNumbered(t, r, 1, sent)
	for range 3 { // the kernel must be asked each time whether it has room
		last := sent
		for sent++; o.Send(numbered(sent)) && o.waits() < 5; sent++ {
		}
		readNumbered(t, r, last+1, sent-last)
	}
	o.Finish(true, nil)
	o.isClosed(t, Finished)
	if rest := readRest(t, r); rest != "" {
		t.Errorf("after the frames came %q", rest)
	}
}

func TestNoMoreFramesWaitThanQueue(t *testing.T) {
	opts := options()
	opts.Queue = 7
	p, _ := running(t, opts)
	o, peer := enter(t, p, true)
	sent := o.clog(t, 7)
	for range 2 {
		if o.Send([]byte("dropped")) {
			t.Error("there was room for one more")
		}
	}
	o.Finish(true, nil)
	readNumbered(t, bufio.NewReader(peer), 1, sent)
	o.isClosed(t, Finished)
}

func TestAFrameThatWaitsTooLongEndsItsConnection(t *testing.T) {
	opts := options()
	opts.WriteTimeout = 50 * time.Millisecond
	opts.Heartbeat = time.Second
	p, _ := running(t, opts)
	o, _ := enter(t, p, true)
	start := time.Now()
	o.clog(t, 60) // more than the kernel may find room for later
	o.isClosed(t, TimedOut)
	if waited := time.Since(start); waited < opts.WriteTimeout {
		t.Errorf("it waited for %v only", waited)
	}
	if !o.Send([]byte("x")) || p.Len() != 0 {
		t.Error("it is there")
	}
}

// A peer on a bad line takes longer for all frames that wait than for each.
func TestEachFrameMayTakeTheWholeWriteTimeout(t *testing.T) {
	opts := options()
	opts.WriteTimeout = 400 * time.Millisecond
	opts.Heartbeat = time.Second
	p, _ := running(t, opts)
	o, peer := enter(t, p, true)
	start := time.Now()
	sent := o.clog(t, 30)
	r := bufio.NewReader(peer)
	read := 0
	for tick := time.NewTicker(50 * time.Millisecond); time.Since(start) < 3*opts.WriteTimeout; <-tick.C {
		readNumbered(t, r, read+1, 1)
		read++
	}
	readNumbered(t, r, read+1, sent-read)
	o.Finish(false, []byte("bye"))
	if rest := readRest(t, r); rest != "bye" {
		t.Errorf("after the frames came %q", rest)
	}
}

func TestABlockingDescriptorIsMadeNonBlocking(t *testing.T) {
	p, _ := running(t, options())
	conn, _ := pair(t, "tcp", true)
	f, err := conn.(*net.TCPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.SetNonblock(int(f.Fd()), false); err != nil { // that is so for all duplicates
		t.Fatal(err)
	}
	o := newRecorder()
	if err := p.Add(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	// A signal may end a write that waits, so the test cannot see whether one waited.
	if flags, err := unix.FcntlInt(uintptr(o.fd), unix.F_GETFL, 0); err != nil || flags&unix.O_NONBLOCK == 0 {
		t.Errorf("it may block: flags %x, %v", flags, err)
	}
}

// A hub holds its lock while it sends, and takes it when a connection was closed.
func TestACallerMayHoldALockThatItsHandlerTakes(t *testing.T) {
	p, _ := running(t, options())
	conn, peer := pair(t, "tcp", false)
	o := &locked{closed: make(chan Reason, 1)}
	o.Lock()
	if err := p.Add(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	peer.Close()
	o.Send([]byte("x"))
	o.Send([]byte("x"))
	o.Finish(true, []byte("x"))
	o.Unlock()
	<-o.closed
}

type locked struct {
	Conn
	sync.Mutex
	closed chan Reason
}

func (o *locked) OnDeadline() {}
func (o *locked) OnClose(why Reason) {
	o.Lock()
	defer o.Unlock()
	o.closed <- why
}
