package door

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestWhoWasReadIsServedAfterTheEnd(t *testing.T) {
	tests := []struct {
		name string
		end  func(h *house, cancel func())
	}{
		{"it is closed", func(h *house, _ func()) { _ = h.Close() }},
		{"its context ends", func(_ *house, cancel func()) { cancel() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, running := descriptors(t), runtime.NumGoroutine()
			began, proceed := make(chan struct{}, 2*workers), make(chan struct{})
			h := opened(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				began <- struct{}{}
				<-proceed
				fmt.Fprint(w, "well")
			}), false)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			go func() { h.ended <- h.Run(ctx) }()
			var devices []net.Conn
			for range workers + 3 { // three have to wait
				devices = append(devices, h.say(t, asked("42")))
			}
			for range workers {
				<-began
			}
			eventually(t, "all were read", func() bool { return h.requests.len() == 3 })
			tt.end(h, cancel)
			if _, err := h.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("Accept: %v", err)
			}
			select {
			case <-h.ended:
				t.Error("Run did not wait")
			default:
			}
			close(proceed)
			for _, c := range devices {
				if _, body := answered(t, bufio.NewReader(c)); body != "well" {
					t.Errorf("answered %q", body)
				}
				_ = c.Close()
			}
			if err := <-h.ended; err != nil {
				t.Error(err)
			}
			if c, err := net.Dial("tcp", h.Addr().String()); err == nil {
				t.Error("somebody was let in")
				_ = c.Close()
			}
			_ = h.Close()
			eventually(t, fmt.Sprintf("%d goroutines", running), func() bool { return runtime.NumGoroutine() <= running })
			eventually(t, fmt.Sprintf("%d descriptors", before), func() bool { return descriptors(t) <= before })
		})
	}
}

// Whoever is on the way to net/http, which takes nobody any more, is let go.
func TestTheEndDoesNotWaitForHTTP(t *testing.T) {
	h := running(t, describe)
	c := h.say(t, "GET / HTTP/1.1\r\n\r\n")
	var others []*net.TCPConn
	for range 3 { // workers find out, too
		others = append(others, h.dial(t))
	}
	_ = h.Close()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("it was answered")
	}
	for _, c := range others {
		_ = c.Close()
	}
}

// A device that reads nothing, and is written to without a deadline.
func TestTheEndDoesNotWaitForSlowDevices(t *testing.T) {
	began, ended := make(chan struct{}), make(chan error, 1)
	h := opened(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, _ := http.NewResponseController(w).Hijack()
		defer c.Close()
		close(began)
		_, err := c.Write(make([]byte, 1<<20))
		ended <- err
	}), true)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { h.ended <- h.Run(ctx) }()
	h.say(t, asked("42"))
	<-began
	cancel()
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the write ended with %v", err)
	}
	if err := <-h.ended; err != nil {
		t.Error(err)
	}
}

func TestARunAfterTheEndIsOver(t *testing.T) {
	h := opened(t, nil, false)
	_ = h.Close()
	if err := h.Run(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOnlyTCPHasADoor(t *testing.T) {
	l, err := net.Listen("unix", "@"+t.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := Open(l, options(nil, nil)); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
}

// crowd leaves this process without descriptors, until calm is called.
func crowd(t *testing.T) (calm func()) {
	t.Helper()
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	next, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 0) // the lowest that is free
	if err != nil {
		t.Fatal(err)
	}
	_ = unix.Close(next)
	set := func(most uint64) {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: most, Max: was.Max}); err != nil {
			t.Fatal(err)
		}
	}
	set(uint64(next))
	t.Cleanup(func() { set(was.Cur) })
	return func() { set(was.Cur) }
}

func TestWithoutDescriptorsItWaitsAndGoesOn(t *testing.T) {
	h := running(t, describe)
	h.withHTTP(t)
	first, other := h.dial(t), h.dial(t)
	calm := crowd(t)
	start := time.Now()
	tell(t, first, asked("42"))
	tell(t, other, "GET / HTTP/1.1\r\nHost: jumun\r\n\r\n")
	for range 3 {
		<-h.log.more
	}
	if took := time.Since(start); took < 90*time.Millisecond {
		t.Errorf("it tried three times in %v", took)
	}
	calm()
	if _, body := answered(t, bufio.NewReader(first)); !strings.HasPrefix(body, "HTTP/1.1|42|") {
		t.Errorf("answered %q", body)
	}
	if _, body := answered(t, bufio.NewReader(other)); body != "net/http GET /" {
		t.Errorf("answered %q", body)
	}
	if log := h.log.String(); strings.Count(log, "a connection was not let in") != 3 || !strings.Contains(log, "too many open files") {
		t.Errorf("logged %s", log)
	}
}
