package supervisor

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// output is what a supervisor writes to its standard error, line by line.
type output struct {
	t    *testing.T
	from *os.File
	next chan string // unread lines wait in the pipe
}

func readOutput(t *testing.T, from *os.File) *output {
	o := &output{t: t, from: from, next: make(chan string)}
	go func() {
		defer close(o.next)
		for scan := bufio.NewScanner(from); scan.Scan(); {
			select {
			case o.next <- scan.Text():
			case <-t.Context().Done():
				return
			}
		}
	}()
	t.Cleanup(o.close)
	return o
}

func (o *output) close() { _ = o.from.Close() }

// waitFor reads until a line begins with prefix, and returns the rest of that line.
func (o *output) waitFor(prefix string) string {
	o.t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case line, ok := <-o.next:
			if rest, found := strings.CutPrefix(line, prefix); found {
				return rest
			}
			if !ok {
				o.t.Fatalf("the output ended without %q", prefix)
			}
		case <-timeout:
			o.t.Fatalf("no %q", prefix)
		}
	}
}

// nextPID waits until the next agent has started, and returns its PID.
func (o *output) nextPID() int {
	o.t.Helper()
	pid, err := strconv.Atoi(o.waitFor("up "))
	if err != nil {
		o.t.Fatal(err)
	}
	return pid
}

func waitUntil(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(20 * time.Second); !isTrue(); {
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("waited for %s", what)
		}
	}
}

// read returns the content of a file, which may be missing.
func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(raw)
}

// hasEnded reports whether no such process runs. A zombie does not run.
func hasEnded(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ") || syscall.Kill(pid, 0) != nil
}

// childOf returns the PID of the child of a process, or 0.
func childOf(t *testing.T, pid int) (child int) {
	t.Helper()
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, thread := range threads { // a process is the child of the thread that started it
		raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, thread.Name()))
		_, _ = fmt.Sscan(string(raw), &child)
	}
	return child
}
