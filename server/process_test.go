package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// process runs the program as a process of its own, and returns once it is ready.
func process(t *testing.T, args ...string) (cmd *exec.Cmd, url string) {
	t.Helper()
	return processOf(t, os.Args[0], args...)
}

// processOf does so with a program that may be of another version.
func processOf(t *testing.T, binary string, args ...string) (cmd *exec.Cmd, url string) {
	t.Helper()
	cmd = exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--keys", ownCopy(t, theKeys)}, args...)...)
	cmd.Env = append(os.Environ(), beServer+"=1")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for lines := bufio.NewScanner(stderr); url == "" && lines.Scan(); {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			url = m[1]
		}
	}
	eventually(t, "ready", func() bool { return status(t, url+wire.ReadyPath) == 200 })
	return cmd, url
}

// exits within 5 s, its drain window apart; the test is not fooled by a busy machine, since
// a server that does not end by itself never would.
func exits(t *testing.T, cmd *exec.Cmd, asked time.Time, want int) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("did not exit")
	}
	t.Logf("exited after %v", time.Since(asked).Round(time.Millisecond))
	if code := cmd.ProcessState.ExitCode(); code != want {
		t.Errorf("exit code %d, want %d", code, want)
	}
	if took := time.Since(asked); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
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

func TestSIGTERMSaysByeToFiftyStreamsAndEndsInTimeThoughSomeAreStuck(t *testing.T) {
	redis := redistest.Start(t)
	cmd, url := process(t, "--redis", redis.URL(), "--write-timeout", "1h", "--queue", "100000", "--drain", "1s")
	var pcs []*device
	for range 50 {
		pcs = append(pcs, connect(t, url, "42"))
	}
	stuck(t, url)
	stuck(t, url)
	asked := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for _, pc := range pcs {
		if e := pc.next(t); e["event"] != wire.ByeEvent || !strings.Contains(e["data"], wire.ByeDrain) {
			t.Errorf("the last event is %v", e)
		}
	}
	exits(t, cmd, asked, exitDone)
}

func TestSIGTERMEndsAServerInTimeThoughRedisHangs(t *testing.T) {
	redis := redistest.Start(t)
	cmd, url := process(t, "--redis", redis.URL())
	pc := connect(t, url, "42")
	publish(t, redis.URL(), "order", publication("42", "1"))
	pc.wants(t, "42", "1")
	redis.Freeze()
	defer redis.Thaw()
	asked := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if e := pc.next(t); e["event"] != wire.ByeEvent {
		t.Errorf("the last event is %v", e)
	}
	exits(t, cmd, asked, exitDone)
}
