package door

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pair is a connection, with small buffers, and its device's end.
func pair(t *testing.T) (*Conn, *net.TCPConn) {
	t.Helper()
	h := opened(t, nil, true)
	peer := h.dial(t)
	tell(t, peer, "hello") // else the kernel keeps it
	accepted, err := h.Listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	raw, err := accepted.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	fd, failed := gone, error(nil)
	err = raw.Control(func(of uintptr) { fd, failed = unix.FcntlInt(of, unix.F_DUPFD_CLOEXEC, 0) })
	if err := errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	c := &Conn{fd: fd, live: t.Context()}
	t.Cleanup(func() { _ = c.Close() })
	return c, peer
}

// slowed has c wait for its device once, and returns how much the device has to read.
func slowed(t *testing.T, c *Conn, peer net.Conn) (size int) {
	t.Helper()
	const much = 1 << 20
	told := false
	c.slow = func() { told = true }
	wrote := make(chan error, 1)
	go func() { _, err := c.Write(make([]byte, much)); wrote <- err }()
	if _, err := io.CopyN(io.Discard, peer, much); err != nil {
		t.Fatal(err)
	}
	if err := <-wrote; err != nil || c.Conn == nil || !told {
		t.Fatalf("it was written: %v; it waited: %v", err, told)
	}
	c.slow = func() { t.Error("it is told again") }
	return much
}

// ways are the states a Conn may be in.
var ways = map[string]func(t *testing.T, c *Conn, peer net.Conn){
	"a device that takes all at once": func(*testing.T, *Conn, net.Conn) {},
	"a device that was waited for":    func(t *testing.T, c *Conn, peer net.Conn) { slowed(t, c, peer) },
}

func TestAWriteWaitsUntilItsDeadline(t *testing.T) {
	for name, begin := range ways {
		t.Run(name, func(t *testing.T) {
			c, peer := pair(t)
			begin(t, c, peer)
			start, wait := time.Now(), 50*time.Millisecond
			_ = c.SetWriteDeadline(start.Add(wait))
			n, err := c.Write(make([]byte, 1<<20))
			if took := time.Since(start); !errors.Is(err, os.ErrDeadlineExceeded) || took < wait || took > patience {
				t.Fatalf("after %v: %v", took, err)
			}
			_ = c.Close()
			if got := len(rest(t, peer)); got != n || n == 0 {
				t.Errorf("%d bytes were written, and %d came", n, got)
			}
		})
	}
}

func TestWhatIsWrittenComesInOrderHoweverSlowly(t *testing.T) {
	c, peer := pair(t)
	const frames = 300
	var want strings.Builder
	go func() {
		defer c.Close()
		for n := range frames {
			_ = c.SetWriteDeadline(time.Now().Add(patience))
			if m, err := fmt.Fprintf(c, "%06d%5994s", n, "\n"); m != 6000 || err != nil {
				t.Errorf("frame %d: %d, %v", n, m, err)
			}
			_ = c.SetWriteDeadline(time.Time{})
		}
	}()
	for n := range frames {
		fmt.Fprintf(&want, "%06d%5994s", n, "\n")
	}
	if got := rest(t, peer); got != want.String() {
		t.Errorf("%d bytes came in another order", len(got))
	}
}

func TestADescriptorIsGivenAwayOnce(t *testing.T) {
	for name, begin := range ways {
		t.Run(name, func(t *testing.T) {
			c, peer := pair(t)
			begin(t, c, peer)
			before := descriptors(t)
			fd, err := c.Detach()
			if err != nil || descriptors(t) != before {
				t.Fatalf("%v, %d more descriptors", err, descriptors(t)-before)
			}
			_ = c.Close()
			if n, err := unix.Write(fd, []byte("still here")); n != 10 || err != nil {
				t.Errorf("wrote %d, %v", n, err)
			}
			if _, err := io.ReadFull(peer, make([]byte, 10)); err != nil {
				t.Error(err)
			}
			if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0); err != nil || flags&unix.O_NONBLOCK == 0 {
				t.Errorf("it blocks: %v", err)
			}
			if _, err := c.Detach(); err == nil {
				t.Error("it is given away again")
			}
			if _, err := c.Write([]byte("x")); err == nil {
				t.Error("it can be written to")
			}
			conclude(fd)
			_ = unix.Close(fd)
			if got := rest(t, peer); got != "" || descriptors(t) != before-1 {
				t.Errorf("after it came %q; %d more descriptors", got, descriptors(t)-before+1)
			}
		})
	}
}

func TestAConnectionIsClosedOnceAndHarmsNoOther(t *testing.T) {
	for name, begin := range ways {
		t.Run(name, func(t *testing.T) {
			c, peer := pair(t)
			begin(t, c, peer)
			tell(t, peer, strings.Repeat("what nobody reads", 900))
			if _, err := c.Write([]byte("the last")); err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			read, write, err := os.Pipe() // one of them has the descriptor that it had
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("again: %v", err)
			}
			if n, err := c.Write([]byte("x")); n != 0 || err == nil {
				t.Errorf("wrote %d: %v", n, err)
			}
			if err := errors.Join(read.Close(), write.Close()); err != nil {
				t.Errorf("another was closed: %v", err)
			}
			if got := rest(t, peer); got != "the last" {
				t.Errorf("it ended with %q", got)
			}
		})
	}
}

func TestAWriteToWhoIsGoneFails(t *testing.T) {
	c, peer := pair(t)
	_ = peer.SetLinger(0)
	_ = peer.Close()
	eventually(t, "an error", func() bool { _, err := c.Write([]byte("x")); return err != nil })
	if c.Conn != nil {
		t.Error("it was waited for")
	}
}
