package door

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/time/rate"

	"jumun/server/internal/rawio"
)

// deferAccept is how long a connection may be quiet before it is let in all the same, in
// seconds. Until then the kernel keeps it, and whoever is let in has something to say.
const deferAccept = 5

// A Door is a listener that hands out those connections that are for net/http. Make one
// with Open, and Run it.
type Door struct {
	net.Listener
	opts     Options
	file     *os.File // the listener's descriptor, for us
	porch    *porch
	live     context.Context // of Run
	others   chan net.Conn
	requests *queue
	closed   chan struct{}
	close    func()
	working  sync.WaitGroup
	refused  rate.Sometimes // complaints: without descriptors there would be twenty a second
}

// Open makes a Door of l, which has to be a *net.TCPListener. What is set on l's socket,
// its connections have.
func Open(l net.Listener, opts Options) (*Door, error) {
	tcp, is := l.(*net.TCPListener)
	if !is {
		return nil, ErrUnsupported
	}
	file, err := pollable(tcp)
	if err != nil {
		return nil, err
	}
	d := &Door{Listener: l, opts: opts, file: file, others: make(chan net.Conn), requests: newQueue(), closed: make(chan struct{}), live: context.Background()}
	d.refused = rate.Sometimes{First: 3, Interval: 10 * time.Second}
	d.close = sync.OnceFunc(func() { close(d.closed) })
	if d.porch, err = openPorch(d); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return d, nil
}

// pollable is a second descriptor of the listener's socket, for which Go's poller waits.
// The first one it keeps to itself.
func pollable(l *net.TCPListener) (*os.File, error) {
	raw, err := l.SyscallConn()
	if err != nil {
		return nil, err
	}
	var fd int
	var failed error
	err = raw.Control(func(of uintptr) {
		if fd, failed = unix.FcntlInt(of, unix.F_DUPFD_CLOEXEC, 0); failed == nil {
			failed = errors.Join(unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, deferAccept),
				unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1))
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "door"), nil
}

// Accept returns the next connection that is for net/http.
func (d *Door) Accept() (net.Conn, error) {
	select {
	case c := <-d.others:
		return c, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

// Close lets nobody in any more. Requests that were read are still served.
func (d *Door) Close() error {
	d.close()
	d.porch.close()
	return errors.Join(d.file.Close(), d.Listener.Close())
}

// Run lets connections in until the Door is closed, and serves those that ask for streams.
// It returns when all of them are served, nil if it was closed.
func (d *Door) Run(ctx context.Context) error {
	d.live = ctx
	defer context.AfterFunc(ctx, func() { _ = d.Close() })()
	defer d.working.Wait()
	defer d.requests.close()
	for range workers {
		d.working.Go(d.work)
	}
	var hearing sync.WaitGroup
	defer hearing.Wait()
	hearing.Go(d.porch.run)
	raw, err := d.file.SyscallConn()
	if err != nil {
		return err
	}
	buffer := make([]byte, maxHead)
	for {
		var failed error
		err := raw.Read(func(fd uintptr) bool {
			failed = d.accept(int(fd), buffer)
			return !errors.Is(failed, unix.EAGAIN)
		})
		if err != nil { // closed
			return nil
		}
		d.bear(failed)
	}
}

// bear waits while there are no descriptors or no memory for more connections.
func (d *Door) bear(err error) {
	if err == nil || errors.Is(err, unix.ECONNABORTED) || errors.Is(err, unix.EINTR) {
		return
	}
	d.complain(err)
	select {
	case <-d.closed:
	case <-time.After(50 * time.Millisecond):
	}
}

func (d *Door) complain(err error) {
	d.refused.Do(func() { d.opts.Log.Warn("a connection was not let in", "err", err) })
}

// accept lets one connection in.
func (d *Door) accept(listener int, buffer []byte) error {
	fd, peer, err := rawio.Accept(listener)
	if err != nil {
		return err
	}
	d.hear(request{fd: fd, peer: peer, came: time.Now()}, buffer)
	return nil
}

// hear reads what a connection says first, and sends it on its way. One that says nothing
// yet waits in the porch.
func (d *Door) hear(r request, buffer []byte) {
	n, err := rawio.Read(r.fd, buffer)
	switch {
	case errors.Is(err, unix.EAGAIN):
		if !d.porch.enter(r) {
			d.pass(r.fd, nil)
		}
	case err != nil || n == 0:
		_ = unix.Close(r.fd) // it is gone
	case !d.wanted(buffer[:n]):
		d.pass(r.fd, buffer[:n])
	default:
		r.head, r.came = append([]byte(nil), buffer[:n]...), time.Now()
		d.take(r)
	}
}

func (d *Door) take(r request) {
	if !d.requests.put(r) {
		d.refuse(r)
	}
}

func (d *Door) refuse(r request) {
	w := newAnswer(context.Background(), r.fd, 0, nil)
	d.opts.Full(w)
	w.finish()
}

// pass hands a connection to net/http, with what was read of it.
func (d *Door) pass(fd int, head []byte) {
	c, err := upgrade(fd)
	if err != nil {
		d.complain(err)
		return
	}
	select {
	case d.others <- &begun{Conn: c, head: append([]byte(nil), head...)}:
	case <-d.closed:
		_ = c.Close()
	}
}

// upgrade makes a connection of Go's of a descriptor, which is closed.
func upgrade(fd int) (net.Conn, error) {
	file := os.NewFile(uintptr(fd), "connection")
	defer file.Close()
	return net.FileConn(file)
}

// begun is a connection of which something was read.
type begun struct {
	net.Conn
	head []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.head) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.head)
	b.head = b.head[n:]
	return n, nil
}

// CloseWrite is that of the connection beneath: net/http says so that its answer is whole,
// before it closes a connection on which more was sent.
func (b *begun) CloseWrite() error {
	return b.Conn.(interface{ CloseWrite() error }).CloseWrite()
}

// SyscallConn is that of the connection beneath, so that it can be parked.
func (b *begun) SyscallConn() (syscall.RawConn, error) {
	return b.Conn.(syscall.Conn).SyscallConn()
}
