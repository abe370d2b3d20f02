//go:build linux

package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// startLogging runs a server as a process of its own at an address, with this stderr.
func startLogging(t *testing.T, stderr *os.File, redis, address string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "serve", "--listen", address, "--keys", ownCopy(t, theKeys), "--redis", redis)
	cmd.Env, cmd.Stderr = append(os.Environ(), beServer+"=1"), stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hung := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() }) // so that no request waits for it
	t.Cleanup(func() { hung.Stop(); _ = cmd.Process.Kill() })
	return cmd
}

// freeAddress returns an address at which nobody listens just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// fill fills a pipe, so that the next write to it waits.
func fill(t *testing.T, w *os.File) {
	t.Helper()
	fd := int(w.Fd())
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := syscall.Write(fd, []byte("x")); err == syscall.EAGAIN {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
}

func TestAServerWhoseLogNobodyReadsServesAndEndsInTime(t *testing.T) {
	redis := redistest.Start(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	fill(t, w)
	address := freeAddress(t)
	cmd := startLogging(t, w, redis.URL(), address)
	w.Close()
	url := "http://" + address
	eventually(t, "ready", func() bool { return answers(url + wire.ReadyPath) })
	pairDevice(t, url, redis.URL(), "카운터")
	asked := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	exits(t, cmd, asked, exitDone)
}

func TestAServerOutlivesTheReaderOfItsLogAndCountsTheLines(t *testing.T) {
	redis := redistest.Start(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	cmd := startLogging(t, w, redis.URL(), address)
	w.Close()
	url := "http://" + address
	for lines := bufio.NewScanner(r); lines.Scan() && !strings.Contains(lines.Text(), "listening on"); {
	}
	r.Close()
	eventually(t, "ready", func() bool { return answers(url + wire.ReadyPath) })
	pairDevice(t, url, redis.URL(), "카운터") // a line
	eventually(t, "the line is counted", func() bool {
		var n float64
		_, after, _ := strings.Cut(text(t, url+wire.MetricsPath), "\njumun_log_lines_lost_total ")
		_, _ = fmt.Sscan(after, &n)
		return n > 0
	})
	asked := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	exits(t, cmd, asked, exitDone)
}

// answers reports whether a server answers 200, which may not listen yet.
func answers(url string) bool {
	res, err := http.Get(url)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}
