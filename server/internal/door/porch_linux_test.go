package door

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// eager has the kernel let connections in before they have said anything, as it does when
// thousands come at once.
func (h *house) eager(t *testing.T) {
	t.Helper()
	raw, err := h.file.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	failed := raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 0) })
	if err != nil || failed != nil {
		t.Fatal(err, failed)
	}
}

func (p *porch) len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.quiet)
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

// hasty is a Door that runs, and has little patience with those who say nothing.
func hasty(t *testing.T, streams http.HandlerFunc) *house {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/v1/marts/{mart}/events", streams)
	h := opened(t, mux, false)
	h.eager(t)
	h.porch.linger = time.Second
	h.run(t)
	return h
}

// quiet are connections that are in, and say nothing.
func (h *house) quiet(t *testing.T, n int) (all []*net.TCPConn) {
	t.Helper()
	for range n {
		all = append(all, h.dial(t))
	}
	eventually(t, fmt.Sprintf("%d wait", n), func() bool { return h.porch.len() == n })
	return all
}

func TestWhoSpeaksLaterGoesWhereItWouldHaveGoneAtOnce(t *testing.T) {
	h := hasty(t, describe)
	h.withHTTP(t)
	for i, c := range h.quiet(t, 50) {
		said, want := asked("42"), "HTTP/1.1|42|"
		if i%2 > 0 {
			said, want = "GET /readyz HTTP/1.1\r\nHost: jumun\r\n\r\n", "net/http GET /readyz"
		}
		tell(t, c, said)
		if _, body := answered(t, bufio.NewReader(c)); !strings.HasPrefix(body, want) {
			t.Errorf("%d was answered %q", i, body)
		}
	}
	if n := h.porch.len(); n != 0 {
		t.Errorf("%d still wait", n)
	}
}

// Those who speak do not take the place of those who do not, nor do later ones with the
// same descriptor.
func TestWhoIsQuietForTooLongIsHandedToHTTPAndNobodyElse(t *testing.T) {
	h := hasty(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "well") })
	all := h.quiet(t, 30)
	for _, c := range all[:10] {
		tell(t, c, asked("42"))
		if _, body := answered(t, bufio.NewReader(c)); body != "well" {
			t.Errorf("answered %q", body)
		}
	}
	for _, c := range all[10:20] {
		_ = c.Close()
	}
	eventually(t, "10 wait", func() bool { return h.porch.len() == 10 })
	begun := time.Now()
	later := h.dial(t)
	eventually(t, "11 wait", func() bool { return h.porch.len() == 11 })
	for range 11 {
		c, err := h.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if took := time.Since(begun); c.RemoteAddr().String() == later.LocalAddr().String() && took < h.porch.linger {
			t.Errorf("the last one had %v", took)
		}
	}
	if n := h.porch.len(); n != 0 {
		t.Errorf("%d still wait", n)
	}
}

func TestTheEndLetsGoOfThoseWhoSayNothing(t *testing.T) {
	before := descriptors(t)
	h := hasty(t, describe)
	all := h.quiet(t, 5)
	_ = h.Close()
	<-h.ended
	for _, c := range all {
		if got := rest(t, c); got != "" {
			t.Errorf("it was told %q", got)
		}
		_ = c.Close()
	}
	eventually(t, fmt.Sprintf("%d descriptors", before), func() bool { return descriptors(t) <= before })
	if h.porch.enter(request{fd: 0}) {
		t.Error("somebody entered")
	}
}

// Whoever speaks just then waits for nobody, and nobody for him.
func TestTheEndComesWhileThoseWhoWaitSpeak(t *testing.T) {
	for range 20 {
		h := hasty(t, describe)
		all := h.quiet(t, 50)
		var speaking sync.WaitGroup
		for _, c := range all {
			speaking.Go(func() { _, _ = io.WriteString(c, asked("42")) }) // it may be cut off
		}
		closed := make(chan struct{})
		go func() { _ = h.Close(); <-h.ended; close(closed) }()
		select {
		case <-closed:
		case <-time.After(patience):
			t.Fatal("it does not end")
		}
		speaking.Wait()
		for _, c := range all {
			_ = c.Close()
		}
	}
}

// The end waits until nobody listens any more, and there is somebody who has not been heard.
func TestNobodyIsListenedToOnceTheEndHasCome(t *testing.T) {
	h := opened(t, http.HandlerFunc(describe), false) // nobody runs it
	h.eager(t)
	c := h.dial(t)
	raw, err := h.file.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Read(func(fd uintptr) bool { return h.accept(int(fd), make([]byte, maxHead)) != unix.EAGAIN }); err != nil {
		t.Fatal(err)
	}
	quiet := h.porch.end()
	if len(quiet) != 1 {
		t.Fatalf("%d wait", len(quiet))
	}
	tell(t, c, asked("42"))
	heard := make(chan error, 1)
	go func() { heard <- h.porch.hear(h.porch.fd, make([]unix.EpollEvent, 4), make([]byte, maxHead)) }()
	select {
	case err := <-heard:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("it goes on and on")
	}
	for fd := range quiet {
		_ = unix.Close(fd)
	}
}

func TestAQueueIsEmptiedInItsOrder(t *testing.T) {
	q := newQueue()
	for i := range 5 {
		q.put(request{fd: i})
	}
	q.close()
	for i := range 5 {
		if r, is := q.next(); !is || r.fd != i {
			t.Errorf("%d comes as %d, %v", i, r.fd, is)
		}
	}
	if r, is := q.next(); is {
		t.Errorf("of nothing comes %+v", r)
	}
}
