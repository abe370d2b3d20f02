//go:build linux

package main

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A proxy carries connections to the address that dial picks, and disturbs them when told
// to. It is safe for concurrent use.
type proxy struct {
	listener net.Listener
	// dial opens the far side of a connection; to is the number of the server it picked.
	dial func() (far net.Conn, to int, err error)
	wg   sync.WaitGroup

	mu    sync.Mutex
	links map[*link]struct{}
	mute  map[int]bool // the servers whose links are half-open now
}

// openProxy listens on a port of this computer until close.
func openProxy(dial func() (net.Conn, int, error)) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, dial: dial, links: make(map[*link]struct{}), mute: make(map[int]bool)}
	p.wg.Go(p.accept)
	return p, nil
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // such as out of descriptors, which passes
			time.Sleep(10 * time.Millisecond)
			continue
		}
		p.wg.Go(func() { p.carry(near) })
	}
}

func (p *proxy) carry(near net.Conn) {
	far, to, err := p.dial()
	if err != nil {
		reset(near)
		return
	}
	l := &link{to: to, near: near, far: far, ended: make(chan struct{})}
	p.mu.Lock()
	l.muted.Store(p.mute[to])
	p.links[l] = struct{}{}
	p.mu.Unlock()
	l.carry()
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}

// some returns open links to a server, each with this probability; -1 is any server.
func (p *proxy) some(to int, share float64, random *rand.Rand) []*link {
	p.mu.Lock()
	defer p.mu.Unlock()
	var chosen []*link
	for l := range p.links {
		if (to < 0 || l.to == to) && random.Float64() < share {
			chosen = append(chosen, l)
		}
	}
	return chosen
}

// halfOpen swallows all bytes of the links to a server, both ways, of new links too, and closes
// nothing, as a router that has lost its table. With on false new links work again, but those
// that were swallowed never do.
func (p *proxy) halfOpen(to int, on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute[to] = on
	for l := range p.links {
		if on && l.to == to {
			l.muted.Store(true)
		}
	}
}

// cutMuted cuts the swallowed links, and returns how many there were.
func (p *proxy) cutMuted() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		if l.muted.Load() {
			l.cut()
			n++
		}
	}
	return n
}

// close cuts everything and waits for the end.
func (p *proxy) close() {
	_ = p.listener.Close()
	p.cutAll()
	p.wg.Wait()
}

// cutAll cuts every link. Call it again for a link that was just being opened.
func (p *proxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.cut()
	}
}

func (p *proxy) open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.links)
}

// A link is one connection through the proxy: near has dialled us, we have dialled far.
type link struct {
	to        int
	near, far net.Conn
	muted     atomic.Bool
	rate      atomic.Int64 // bytes a second that near gets; 0: no limit
	once      sync.Once
	ended     chan struct{} // closed by cut
}

// carry returns when both sides have ended.
func (l *link) carry() {
	var wg sync.WaitGroup
	wg.Go(func() { l.pump(l.far, l.near, nil) })
	l.pump(l.near, l.far, &l.rate)
	wg.Wait()
	l.cut()
}

// pump copies from one side to the other until either ends. The end of one side ends the
// other, unless the link is swallowed: then the other side stays open.
func (l *link) pump(to, from net.Conn, rate *atomic.Int64) {
	buf := make([]byte, 4<<10)
	for {
		n, err := from.Read(buf[:l.most(rate, len(buf))])
		if l.muted.Load() {
			if err != nil {
				return
			}
			continue
		}
		if n > 0 {
			l.wait(n, rate)
			if _, broken := to.Write(buf[:n]); broken != nil {
				err = broken
			}
		}
		if err != nil {
			l.end(to, from, err)
			return
		}
	}
}

// end passes the end of from on: a clean end cleanly, any other at once.
func (l *link) end(to, from net.Conn, err error) {
	switch {
	case l.muted.Load():
	case errors.Is(err, io.EOF):
		_ = to.Close()
		_ = from.Close()
	default:
		l.cut()
	}
}

// most returns how much to read at once: of a slow link only a little.
func (l *link) most(rate *atomic.Int64, room int) int {
	if rate == nil || rate.Load() == 0 {
		return room
	}
	return min(room, 64)
}

func (l *link) wait(n int, rate *atomic.Int64) {
	if rate == nil || rate.Load() == 0 {
		return
	}
	timer := time.NewTimer(time.Duration(n) * time.Second / time.Duration(max(rate.Load(), 1)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.ended:
	}
}

// cut ends both sides with a reset, as a crash does.
func (l *link) cut() {
	l.once.Do(func() {
		close(l.ended)
		reset(l.near)
		reset(l.far)
	})
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
