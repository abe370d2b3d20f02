package client

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

// A cable is a network in memory to a server that streams heartbeats. Once it is cut, nothing comes
// through, and nobody is told.
type cable struct {
	net.Listener
	conns chan net.Conn
	cut   atomic.Bool
	asked atomic.Int32 // requests beside the stream
}

func (c *cable) Accept() (net.Conn, error) {
	conn, ok := <-c.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (c *cable) Close() error   { return nil }
func (c *cable) Addr() net.Addr { return &net.TCPAddr{} }

func (c *cable) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if c.cut.Load() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ours, theirs := net.Pipe()
	c.conns <- theirs
	return ours, nil
}

func (c *cable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != wire.EventsPath("42") {
		c.asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"events":[]}`)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, hello)
	for {
		if !c.cut.Load() {
			fmt.Fprint(w, ":\n\n")
			_ = http.NewResponseController(w).Flush()
		}
		select {
		case <-time.After(20 * time.Second):
		case <-r.Context().Done():
			return
		}
	}
}

// onCable runs do with a client that is connected by a cable, inside a bubble of synctest. states
// gets what the client reports.
func onCable(t *testing.T, do func(t *testing.T, c *cable, f *Client, states <-chan State)) {
	synctest.Test(t, func(t *testing.T) {
		c := &cable{conns: make(chan net.Conn, 8)}
		server := &http.Server{Handler: c}
		go func() { _ = server.Serve(c) }()
		states := make(chan State, 100)
		f := &Client{Server: "http://jumun.test", Mart: "42", State: func(s State) { states <- s },
			HTTP: &http.Transport{DialContext: c.dial}}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- f.Run(ctx) }()
		for s := range states {
			if s.Name == ipc.Connected {
				break
			}
		}
		do(t, c, f, states)
		stop()
		<-ended
		close(c.conns)
		_ = server.Close()
	})
}

func TestACutCableIsKnownWithinHalfAMinute(t *testing.T) {
	for name, after := range map[string]time.Duration{"right after a heartbeat": time.Second, "right before the next": 19 * time.Second} {
		t.Run(name, func(t *testing.T) {
			onCable(t, func(t *testing.T, c *cable, _ *Client, states <-chan State) {
				heard := time.Now()
				time.Sleep(after)
				c.cut.Store(true)
				cut := time.Now()
				s := <-states
				if took := time.Since(cut); s.Name != ipc.Connecting || took > 28*time.Second || s.Heard.Sub(heard).Abs() > time.Second {
					t.Errorf("%+v after %v; the last heartbeat came %v before the cut", s, took, cut.Sub(heard))
				}
			})
		})
	}
}

func TestARequestWithoutAnAnswerMakesTheStreamProveItself(t *testing.T) {
	onCable(t, func(t *testing.T, c *cable, f *Client, states <-chan State) {
		time.Sleep(time.Second)
		c.cut.Store(true)
		cut := time.Now()
		if _, err := f.Acknowledge(t.Context(), []wire.AckOf{{ID: "1-0", OrderID: "1"}}); err == nil {
			t.Error("a cut cable took a confirmation")
		}
		failed := time.Now()
		s := <-states
		if s.Name != ipc.Connecting || time.Since(failed) > doubtLimit+time.Second || time.Since(cut) > 25*time.Second {
			t.Errorf("%+v %v after the cut, %v after the confirmation failed", s, time.Since(cut), time.Since(failed))
		}
	})
}

func TestAServerThatAnswersKeepsADoubtedStream(t *testing.T) {
	onCable(t, func(t *testing.T, c *cable, f *Client, states <-chan State) {
		for range 3 {
			f.doubt()
			time.Sleep(time.Second)
		}
		select {
		case s := <-states:
			t.Errorf("the stream was given up: %+v", s)
		default:
		}
		if asked := c.asked.Load(); asked != 3 {
			t.Errorf("the server was asked %d times", asked)
		}
	})
}
