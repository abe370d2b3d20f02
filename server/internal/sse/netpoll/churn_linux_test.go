package netpoll

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// The kernel gives a descriptor out again at once. What is meant for one peer must not reach
// another, and no connection may be closed for what happened to the one before.
func TestNoFrameReachesAnotherConnection(t *testing.T) {
	before := descriptors(t)
	opts := options()
	opts.Heartbeat = 256 * time.Millisecond
	p, stop := running(t, opts)
	c := &churn{T: t, poller: p}
	var all sync.WaitGroup
	for guest := range 16 {
		all.Go(func() {
			for round := range 125 {
				c.visit(fmt.Sprintf("%d/%d\n", guest, round), (guest+round)%4)
			}
		})
	}
	all.Wait()
	if n := p.Len(); n != 0 {
		t.Errorf("%d are parked", n)
	}
	stop()
	hasDescriptors(t, before)
}

// hasDescriptors waits until no more than want are open. The runtime closes some late.
func hasDescriptors(t *testing.T, want int) {
	t.Helper()
	for deadline := time.Now().Add(patience); descriptors(t) > want; {
		if time.Now().After(deadline) {
			t.Fatalf("%d descriptors, before %d", descriptors(t), want)
		}
	}
}

// A churn is a test in which many connections come and go.
type churn struct {
	*testing.T
	poller *Poller
	one    sync.Mutex // held while a connection is made
}

func (c *churn) connect() (conn, peer net.Conn) {
	c.one.Lock()
	defer c.one.Unlock()
	return pair(c, "tcp", false)
}

// visit is the life of one connection. Its peer reads all, or leaves in one of three ways.
func (c *churn) visit(name string, leaves int) {
	conn, peer := c.connect()
	defer peer.Close()
	o := newRecorder()
	if err := c.poller.Add(&o.Conn, conn, o, time.Now().Add(time.Hour)); err != nil {
		c.Error(err)
		return
	}
	left := make(chan struct{})
	go func() { defer close(left); leave(peer, leaves) }()
	for range 10 {
		o.Send([]byte(name))
	}
	if leaves == 0 {
		o.Finish(true, []byte(name))
	}
	if why := <-o.closed; (why == Finished) != (leaves == 0) {
		c.Errorf("%q was closed: %s", name, why)
	}
	<-left
	text, _ := io.ReadAll(peer)
	text = []byte(strings.ReplaceAll(string(text), ":\n\n", ""))
	if rest := strings.ReplaceAll(string(text), name, ""); rest != "" || leaves == 0 && len(text) != 11*len(name) {
		c.Errorf("%q got %q", name, text)
	}
}

func leave(peer net.Conn, how int) {
	switch how {
	case 1:
		_ = peer.Close()
	case 2:
		_ = peer.(*net.TCPConn).CloseWrite()
	case 3:
		_ = peer.(*net.TCPConn).SetLinger(0)
		_ = peer.Close()
	}
}
