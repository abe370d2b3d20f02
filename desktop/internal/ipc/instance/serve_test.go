package instance

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
)

// serving becomes the agent of a new directory and serves it until the test ends.
func serving(t *testing.T, answer func(context.Context, ipc.Command) ipc.Reply) (dir string) {
	t.Helper()
	dir = sessionDir(t)
	one, err := Start(in(dir))
	if err != nil {
		t.Fatal(err)
	}
	run(t, one, answer)
	t.Cleanup(func() { _ = one.Close() })
	return dir
}

func run(t *testing.T, one *Instance, answer func(context.Context, ipc.Command) ipc.Reply) {
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := one.Serve(ctx, answer); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); wait.Wait() })
}

func TestACommandIsAnswered(t *testing.T) {
	dir := serving(t, func(_ context.Context, c ipc.Command) ipc.Reply {
		if c.Do != ipc.DoAck || c.Order != "주문-1" {
			return ipc.Reply{Error: "not the command that was sent"}
		}
		return ipc.Reply{Status: &ipc.Status{Detail: strings.Repeat("가", 100_000)}}
	})
	reply, err := Ask(t.Context(), in(dir), ipc.Command{Do: ipc.DoAck, Order: "주문-1"})
	if err != nil || reply.Error != "" || len(reply.Status.Detail) != 300_000 {
		t.Errorf("%.200v, %v", reply, err)
	}
}

func TestBadClientsDoNotDisturbOthers(t *testing.T) {
	dir := serving(t, status)
	var silent []net.Conn
	for _, sends := range []string{"", "{", "garbage\n", "\x00\xff\n", "[]\n", strings.Repeat("a", 10<<20), `{"do":"` + strings.Repeat("a", 10<<20) + "\"}\n"} {
		conn, err := dialAddress(t.Context(), in(dir).address())
		if err != nil {
			t.Fatal(err)
		}
		silent = append(silent, conn)
		_, _ = io.WriteString(conn, sends) // cut off when it is too long
	}
	reply, err := Ask(t.Context(), in(dir), ipc.Command{Do: ipc.DoStatus})
	if err != nil || reply.Status == nil || reply.Status.PID != os.Getpid() {
		t.Errorf("%+v, %v", reply, err)
	}
	for _, conn := range silent {
		_ = conn.Close()
	}
}

func TestAskReturnsWhyThereIsNoAnswer(t *testing.T) {
	if _, err := Ask(t.Context(), in(filepath.Join(sessionDir(t), "none")), ipc.Command{}); !errors.Is(err, ErrNotRunning) {
		t.Errorf("nobody: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	dir := serving(t, func(ctx context.Context, _ ipc.Command) ipc.Reply {
		cancel()
		<-ctx.Done() // until the test ends
		return ipc.Reply{}
	})
	if _, err := Ask(ended, in(dir), ipc.Command{}); !errors.Is(err, context.Canceled) || errors.Is(err, ErrNotRunning) {
		t.Errorf("an agent that thinks: %v", err)
	}
}

// A pipeListener is a listener in memory, which works in a synctest bubble.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn, 1000), closed: make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{} }

func (l *pipeListener) dial() net.Conn {
	near, far := net.Pipe()
	l.conns <- far
	return near
}

func TestClientsThatSendNothingAreDroppedAndTheNextIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		run(t, &Instance{listener: l}, status)
		begin := time.Now()
		for range maxClients {
			defer l.dial().Close()
		}
		next := l.dial()
		if err := ipc.NewWriter(next).Send(ipc.Command{Do: ipc.DoStatus}); err != nil {
			t.Fatal(err)
		}
		reply, err := io.ReadAll(next)
		if err != nil || !bytes.Contains(reply, []byte(`"pid"`)) {
			t.Errorf("%s, %v", reply, err)
		}
		if waited := time.Since(begin); waited != readTimeout {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestAClientThatDoesNotReadItsAnswerIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		run(t, &Instance{listener: l}, status)
		deaf := l.dial()
		if err := ipc.NewWriter(deaf).Send(ipc.Command{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(writeTimeout + time.Millisecond)
		synctest.Wait()
		if _, err := deaf.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("Read: %v", err)
		}
	})
}

func TestServeEndsAtOnceWhileClientsAreSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		one := &Instance{listener: l}
		ctx, cancel := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() { _ = one.Serve(ctx, status) })
		for range maxClients + 1 {
			defer l.dial().Close()
		}
		synctest.Wait()
		begin := time.Now()
		cancel()
		wait.Wait()
		if took := time.Since(begin); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}

func FuzzServe(f *testing.F) {
	f.Add([]byte(`{"do":"status"}` + "\n"))
	f.Add([]byte("\n"))
	f.Add(bytes.Repeat([]byte("a"), maxCommand+1))
	f.Fuzz(func(t *testing.T, in []byte) {
		near, far := net.Pipe()
		done := make(chan struct{})
		go func() { defer close(done); serve(t.Context(), far, status) }()
		go func() { _, _ = near.Write(append(in, '\n')) }()
		reply, err := io.ReadAll(near)
		if err != nil || !bytes.HasSuffix(reply, []byte("}\n")) {
			t.Errorf("%q, %v", reply, err)
		}
		_ = near.Close()
		<-done
	})
}
