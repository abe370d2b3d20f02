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

// patience is for what has to happen at all; nothing that passes waits for it.
const patience = 20 * time.Second

func options() Options {
	return Options{Heartbeat: time.Hour, Beat: []byte(":\n\n"), WriteTimeout: time.Hour, Room: 64, Last: time.Hour}
}

// running is a Lot that runs until the test is over, or until stop.
func running(t testing.TB, opts Options) (l *Lot, stop func()) {
	t.Helper()
	l, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx); close(ended) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	}
	t.Cleanup(stop)
	return l, stop
}

// A tenant owns a connection of a test.
type tenant struct {
	Conn
	due  chan time.Time
	over chan Reason
}

func newTenant() *tenant { return &tenant{due: make(chan time.Time, 9), over: make(chan Reason, 9)} }

func (o *tenant) Due()            { o.due <- time.Now() }
func (o *tenant) Over(why Reason) { o.over <- why }

func (o *tenant) isOver(t *testing.T, want Reason) {
	t.Helper()
	select {
	case why := <-o.over:
		if why != want {
			t.Fatalf("it is over: %s, not %s", why, want)
		}
	case <-time.After(patience):
		t.Fatalf("it is not over; it should: %s", want)
	}
}

// pair is a connection over loopback, with small buffers if asked for: the server's end,
// and the peer's.
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

// enter parks the server's end of a pair for a tenant of its own.
func enter(t testing.TB, l *Lot, small bool) (*tenant, net.Conn) {
	t.Helper()
	conn, peer := pair(t, "tcp", small)
	o := newTenant()
	if err := l.Enter(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	return o, peer
}

// clog sends numbered frames until so many of them wait, and returns how many it sent.
func (o *tenant) clog(t *testing.T, waiting int) (sent int) {
	t.Helper()
	for o.waits() < waiting {
		if sent++; !o.Send(numbered(sent)) {
			t.Fatalf("frame %d has no room", sent)
		}
	}
	return sent
}

func (o *tenant) waits() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.waiting == nil {
		return 0
	}
	return len(o.waiting.frames)
}

// numbered is a frame long enough that a few of them fill small buffers.
func numbered(n int) []byte { return fmt.Appendf(nil, "%06d%9994s", n, "\n") }

// readNumbered reads so many numbered frames, from first on.
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

// descriptors is how many this process has open.
func descriptors(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}
