package netpoll

import (
	"net"
	"os"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestAQuietConnectionIsSmall(t *testing.T) {
	each := unsafe.Sizeof(Conn{}) + unsafe.Sizeof((*Conn)(nil))
	if each > 72 {
		t.Errorf("a connection takes %d bytes", each)
	}
}

func TestSendAllocatesNothing(t *testing.T) {
	p, _ := running(t, options())
	o, peer := enter(t, p, false)
	frame, read := []byte("data: 1\n\n"), make([]byte, 100)
	if n := testing.AllocsPerRun(100, func() { o.Send(frame); _, _ = peer.Read(read) }); n != 0 {
		t.Errorf("Send allocates %v times", n)
	}
}

// sockets returns a connection whose peer costs this process nothing but a descriptor.
func sockets(b *testing.B) (conn net.Conn, peer int) {
	b.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		b.Fatal(err)
	}
	f := os.NewFile(uintptr(fds[0]), "")
	defer f.Close()
	if conn, err = net.FileConn(f); err != nil {
		b.Fatal(err)
	}
	return conn, fds[1]
}

// aside moves the descriptor of a peer out of the way of those that are counted.
func aside(b *testing.B, fd int) int {
	b.Helper()
	far, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 10_000)
	if err != nil {
		b.Fatal(err)
	}
	unix.Close(fd)
	return far
}

func BenchmarkHold(b *testing.B) {
	const many = 9900 // two descriptors each
	for b.Loop() {
		p, stop := running(b, options())
		all, peers := make([]struct{ Conn }, many), make([]int, many)
		end := time.Now().Add(time.Hour)
		before := heap()
		for i := range all {
			conn, peer := sockets(b)
			if err := p.Add(&all[i].Conn, conn, newRecorder(), end); err != nil {
				b.Fatal(err)
			}
			all[i].handler = nobody{}
			peers[i] = aside(b, peer)
		}
		b.ReportMetric(float64(heap()-before)/many+float64(unsafe.Sizeof(Conn{})), "bytes/conn")
		stop()
		for _, fd := range peers {
			unix.Close(fd)
		}
		runtime.KeepAlive(all)
	}
}

type nobody struct{}

func (nobody) OnDeadline()    {}
func (nobody) OnClose(Reason) {}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkSend compares Send with the system call that it cannot do without.
func BenchmarkSend(b *testing.B) {
	frame, read := make([]byte, 200), make([]byte, 400)
	p, _ := running(b, options())
	o, peer := enter(b, p, false)
	raw, err := peer.(*net.TCPConn).SyscallConn()
	if err != nil {
		b.Fatal(err)
	}
	take := func() { _ = raw.Control(func(fd uintptr) { _, _ = unix.Read(int(fd), read) }) }
	b.Run("Send", func(b *testing.B) {
		for b.Loop() {
			o.Send(frame)
			take()
		}
	})
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			_, _ = unix.Write(int(o.fd), frame)
			take()
		}
	})
}

func BenchmarkAddAndClose(b *testing.B) {
	p, _ := running(b, options())
	for b.Loop() {
		conn, peer := sockets(b)
		o := newRecorder()
		if err := p.Add(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
			b.Fatal(err)
		}
		unix.Close(peer)
		<-o.closed
	}
}
