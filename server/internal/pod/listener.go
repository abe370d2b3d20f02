package pod

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// maxAccepted is how many connections net/http may work on at the same time. Each takes
	// some 28 KB (its goroutine and buffers) until its stream is parked, so a storm of devices
	// costs some ten megabytes, and not some hundred; and what net/http leaves behind spreads
	// the memory of streams less. Twice as many were no faster.
	maxAccepted = 256
	// silentFor is how long a connection counts that has sent no request, and streamFor how
	// long one counts that asks for a stream and is not parked: a client that says nothing, one
	// that reads slowly, or a stream that cannot be parked must not keep the others out. Other
	// requests do not count, and streams do not while Redis is away, when each waits for it.
	silentFor = 250 * time.Millisecond
	streamFor = time.Second
	// silentLeast is how long a connection counts at least that has sent no request: one that waited for
	// long has sent it meanwhile, and net/http only has to read it. So 5,000 a second that say nothing
	// hold up nobody.
	silentLeast = 50 * time.Millisecond
	// maxWaiting is how many connections may wait for net/http, at less than a kilobyte each:
	// all the devices of a pod that come together. More wait in the kernel, which drops what
	// its own short queue has no room for; such a device tries again after a second, and then
	// after three.
	maxWaiting = 1 << 14
)

// An acceptLimiter is a TCP listener that hands connections to net/http only as fast as it
// gets on with them: maxAccepted at a time. A connection counts until it is closed or parked
// (which closes it), or sends a request that is not for a stream, or until silentFor or
// streamFor has passed.
type acceptLimiter struct {
	tcpListener
	descriptors
	silentFor time.Duration // silentFor, but in tests
	slots     chan struct{}
	waiting   chan waitingConn
	taken     chan struct{} // has room for one: something was taken from waiting
	failed    chan error
	closed    chan struct{}
	close     func()
	ended     chan struct{} // acceptAhead has returned
}

// A waitingConn is a connection that waits for net/http.
type waitingConn struct {
	*net.TCPConn
	since time.Time
}

type tcpListener interface {
	net.Listener
	AcceptTCP() (*net.TCPConn, error)
}

// limitAccepts wraps l, and accepts from now on. The caller must close the result. A listener
// that is not one of TCP is returned as it is.
func limitAccepts(l net.Listener) net.Listener {
	tcp, ok := l.(tcpListener)
	if !ok {
		return l
	}
	a := &acceptLimiter{
		tcpListener: tcp, descriptors: newDescriptors(), silentFor: silentFor, slots: make(chan struct{}, maxAccepted), waiting: make(chan waitingConn, maxWaiting), taken: make(chan struct{}, 1),
		failed: make(chan error), closed: make(chan struct{}), ended: make(chan struct{}),
	}
	a.close = sync.OnceFunc(func() { close(a.closed) })
	go a.acceptAhead()
	return a
}

// acceptAhead queues connections until the listener is closed. An error, such as that there
// are no descriptors left, waits for Accept: net/http pauses after it.
func (l *acceptLimiter) acceptAhead() {
	defer close(l.ended)
	defer l.drop()
	for {
		l.awaitRoom()
		c, err := l.AcceptTCP()
		if err != nil {
			select {
			case l.failed <- err:
				continue
			case <-l.closed:
				return
			}
		}
		select {
		case l.waiting <- waitingConn{c, time.Now()}:
		case <-l.closed:
			_ = c.Close()
			return
		}
	}
}

// awaitRoom waits, when descriptors are short, until net/http has what waits: it may close some of
// those, or others, and what is accepted then need not take a reserved descriptor.
func (l *acceptLimiter) awaitRoom() {
	for len(l.waiting) > 0 && l.short(l.tcpListener) {
		select {
		case <-l.closed:
			return
		case <-l.taken:
		}
	}
}

// drop closes the connections that wait.
func (l *acceptLimiter) drop() {
	for {
		select {
		case c := <-l.waiting:
			_ = c.Close()
		default:
			return
		}
	}
}

// Accept waits for a slot and then for a connection.
func (l *acceptLimiter) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	select {
	case c := <-l.waiting:
		select {
		case l.taken <- struct{}{}:
		default:
		}
		release := sync.OnceFunc(func() { <-l.slots })
		silent := max(l.silentFor-time.Since(c.since), silentLeast)
		return &limitedConn{c.TCPConn, release, time.AfterFunc(silent, release)}, nil
	case err := <-l.failed:
		<-l.slots
		return nil, err
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close closes the listener and the connections that wait, and ends an Accept that waits.
func (l *acceptLimiter) Close() error {
	l.close()
	err := l.tcpListener.Close()
	<-l.ended
	return err
}

// A limitedConn is a connection that counts in an acceptLimiter.
type limitedConn struct {
	*net.TCPConn
	release func()
	timer   *time.Timer
}

// done gives the slot back. It may be called several times.
func (c *limitedConn) done() {
	c.timer.Stop()
	c.release()
}

// Close closes the connection and gives its slot back.
func (c *limitedConn) Close() error {
	c.done()
	return c.TCPConn.Close()
}

type limitedConnKey struct{}

// withConn is the ConnContext of an http.Server on an acceptLimiter.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, limitedConnKey{}, c)
}

// countStreams returns a handler that lets the connection of a request for a stream count for
// longer, if hold reports that it should, and no other one any more.
func countStreams(isStream func(*http.Request) bool, hold func() bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(limitedConnKey{}).(*limitedConn); ok {
			if !isStream(r) || !hold() {
				c.done()
			} else if c.timer.Stop() {
				c.timer.Reset(streamFor)
			}
		}
		next.ServeHTTP(w, r)
	})
}
