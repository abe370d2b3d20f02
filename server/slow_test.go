package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/access/token"
	"jumun/server/orderlog/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// smallBuffers has connections hold little, so that a reader that stopped is soon felt.
type smallBuffers struct{ net.Listener }

func (l smallBuffers) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(8 << 10)
	}
	return c, err
}

// runPod runs a server whose hub the test can reach.
func runPod(t *testing.T, c serveCommand) (p *pod, url string) {
	t.Helper()
	l, err := listen(t.Context(), "127.0.0.1:0", "--listen")
	if err != nil {
		t.Fatal(err)
	}
	p = podOn(t, &c, redistest.Start(t).URL())
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { _ = p.run(ctx, smallBuffers{l}) })
	t.Cleanup(func() { cancel(); wg.Wait(); p.close() })
	eventually(t, "ready", func() bool { return p.ready() == nil })
	return p, "http://" + l.Addr().String()
}

// podOn is a server with theKeys that does not run yet.
func podOn(t *testing.T, c *serveCommand, redis string) *pod {
	t.Helper()
	file, err := token.Open(theKeys, quiet())
	if err != nil {
		t.Fatal(err)
	}
	c.PublishRate, c.TokenLife = 1000, time.Hour
	p, err := newPod(c, redis, file.Keys, quiet())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// frame is an event that stands at n in a log.
func frame(n int, text []byte) wire.Frame {
	return wire.Frame{ID: order.ID(fmt.Sprintf("%d-0", n+1)), Text: text}
}

// stuck opens a stream, takes its connect event, and never reads again.
func stuck(t *testing.T, url string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	pass := signed(t, claims(wire.RoleDevice, "42"))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", wire.EventsPath("42"), pass)
	var got []byte
	for b := make([]byte, 1); !bytes.Contains(got, []byte("data: connected\n\n")); got = append(got, b...) {
		if _, err := c.Read(b); err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
	}
	return c
}

func TestADeviceThatStopsReadingIsClosedAndTheOthersGetEverythingInOrder(t *testing.T) {
	tests := []struct {
		name    string
		queue   int
		timeout time.Duration
	}{
		{"because its queue is full", 4, time.Second},
		{"because a write takes too long, though its queue has room", 100_000, 100 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, url := runPod(t, serveCommand{Event: "order", Topic: "order", Queue: tt.queue, WriteTimeout: tt.timeout, Heartbeat: time.Hour, Lifetime: time.Hour, Intake: "jumun:orders", Retry: time.Second})
			well := connect(t, url, "42")
			stuck(t, url)
			eventually(t, "both are here", func() bool { return p.hub.Devices() == 2 })
			padding := strings.Repeat("x", 32<<10)
			for i := range 200 {
				p.hub.Publish("42", frame(i, fmt.Appendf(nil, "data: %d\n: %s\n\n", i, padding)))
				if e := <-well.events; e["data"] != fmt.Sprint(i) {
					t.Fatalf("the device that reads got %.20s after %d", e["data"], i-1)
				}
			}
			eventually(t, "one device is left", func() bool { return p.hub.Devices() == 1 })
		})
	}
}

func TestADeviceWhoseConnectionIsCutLeaves(t *testing.T) {
	p, url := runPod(t, serveCommand{Event: "order", Topic: "order", Queue: 4, WriteTimeout: time.Second, Heartbeat: time.Hour, Lifetime: time.Hour, Intake: "jumun:orders", Retry: time.Second})
	c := stuck(t, url)
	eventually(t, "it is here", func() bool { return p.hub.Devices() == 1 })
	_ = c.Close()
	eventually(t, "it left", func() bool { return p.hub.Devices() == 0 })
}

// isWriting says whether a stream waits for its device to take a frame.
func isWriting() bool {
	for _, s := range stacks() {
		if strings.Contains(s, "[IO wait") && strings.Contains(s, "(*frames).write") {
			return true
		}
	}
	return false
}

func TestStoppingDoesNotWaitForAWriteThatIsStuck(t *testing.T) {
	l, err := listen(t.Context(), "127.0.0.1:0", "--listen")
	if err != nil {
		t.Fatal(err)
	}
	c := serveCommand{Event: "order", Topic: "order", Queue: 100_000, WriteTimeout: time.Hour, Heartbeat: time.Hour, Lifetime: time.Hour, Intake: "jumun:orders", Retry: time.Second}
	p := podOn(t, &c, redistest.Start(t).URL())
	defer p.close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = p.run(ctx, smallBuffers{l}) }()
	eventually(t, "ready", func() bool { return p.ready() == nil })
	stuck(t, "http://"+l.Addr().String())
	eventually(t, "it is here", func() bool { return p.hub.Devices() == 1 })
	for i := range 500 {
		p.hub.Publish("42", frame(i, make([]byte, 32<<10)))
	}
	inARow := 0 // a write that only waits a moment is not stuck
	eventually(t, "a write is stuck", func() bool {
		if inARow++; !isWriting() {
			inARow = 0
		}
		return inARow == 50
	})
	cancel()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("did not stop")
	}
	eventually(t, "the stream ended", func() bool { return !isWriting() })
}
