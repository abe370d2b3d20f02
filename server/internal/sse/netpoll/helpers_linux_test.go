package netpoll

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// patience bounds the wait for what must happen. A test that passes does not wait so long.
const patience = 20 * time.Second

func options() Options {
	return Options{Heartbeat: time.Hour, Beat: []byte(":\n\n"), WriteTimeout: time.Hour, Queue: 64, FinishTimeout: time.Hour, Below: 1 << 20}
}

// running returns a Poller that runs until stop, or until the test ends.
func running(t testing.TB, opts Options) (p *Poller, stop func()) {
	t.Helper()
	p, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx); close(ended) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	}
	t.Cleanup(stop)
	return p, stop
}

// A recorder is a connection and its handler.
type recorder struct {
	Conn
	deadlines chan time.Time
	closed    chan Reason
}

func newRecorder() *recorder {
	return &recorder{deadlines: make(chan time.Time, 9), closed: make(chan Reason, 9)}
}

func (o *recorder) OnDeadline()        { o.deadlines <- time.Now() }
func (o *recorder) OnClose(why Reason) { o.closed <- why }

func (o *recorder) isClosed(t *testing.T, want Reason) {
	t.Helper()
	select {
	case why := <-o.closed:
		if why != want {
			t.Fatalf("it was closed: %s, not %s", why, want)
		}
	case <-time.After(patience):
		t.Fatalf("it was not closed: %s", want)
	}
}

// pair returns both ends of a connection over loopback, the server's first. With small they
// have small buffers.
func pair(t testing.TB, network string, small bool) (net.Conn, net.Conn) {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = fmt.Sprintf("@%s-%d", t.Name(), time.Now().UnixNano())
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	peer, err := net.Dial(network, listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if small {
		const buffer = 32 << 10 // with less the kernel waits between its packets
		_ = peer.(interface{ SetReadBuffer(int) error }).SetReadBuffer(buffer)
		_ = conn.(interface{ SetWriteBuffer(int) error }).SetWriteBuffer(buffer)
	}
	_ = peer.SetDeadline(time.Now().Add(patience))
	return conn, peer
}

// enter parks the server's end of a pair, and returns it with the peer's end.
func enter(t testing.TB, p *Poller, small bool) (*recorder, net.Conn) {
	t.Helper()
	conn, peer := pair(t, "tcp", small)
	o := newRecorder()
	if err := p.Add(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	return o, peer
}

// clog sends numbered frames until so many of them wait. It returns how many it sent.
func (o *recorder) clog(t *testing.T, waiting int) (sent int) {
	t.Helper()
	for o.waits() < waiting {
		if sent++; !o.Send(numbered(sent)) {
			t.Fatalf("frame %d has no room", sent)
		}
	}
	return sent
}

func (o *recorder) waits() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.waiting == nil {
		return 0
	}
	return len(o.waiting.frames)
}

// numbered returns a frame. A few of them fill small buffers.
func numbered(n int) []byte { return fmt.Appendf(nil, "%06d%9994s", n, "\n") }

// readNumbered reads count numbered frames, from first on.
func readNumbered(t *testing.T, r *bufio.Reader, first, count int) {
	t.Helper()
	for n := first; n < first+count; n++ {
		line, err := r.ReadString('\n')
		if err != nil || line != string(numbered(n)) {
			t.Fatalf("frame %d came as %.40q (%d bytes), %v", n, line, len(line), err)
		}
	}
}

func readRest(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Errorf("the stream did not end well: %v", err)
	}
	return string(text)
}

// descriptors returns how many this process has open.
func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
