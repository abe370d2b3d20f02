package supervisor

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lines are what a keeper passes on.
type lines struct {
	t    *testing.T
	from *os.File
	next chan string // unread lines wait in the pipe
}

func readLines(t *testing.T, from *os.File) *lines {
	l := &lines{t: t, from: from, next: make(chan string)}
	go func() {
		defer close(l.next)
		for scan := bufio.NewScanner(from); scan.Scan(); {
			select {
			case l.next <- scan.Text():
			case <-t.Context().Done():
				return
			}
		}
	}()
	t.Cleanup(l.close)
	return l
}

func (l *lines) close() { _ = l.from.Close() }

// until reads until a line begins like that, and returns the rest of it.
func (l *lines) until(begin string) string {
	l.t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case line, more := <-l.next:
			if rest, found := strings.CutPrefix(line, begin); found {
				return rest
			}
			if !more {
				l.t.Fatalf("it ended without %q", begin)
			}
		case <-late:
			l.t.Fatalf("no %q", begin)
		}
	}
}

// up is the PID of the next agent that says that it is there.
func (l *lines) up() int {
	l.t.Helper()
	pid, err := strconv.Atoi(l.until("up "))
	if err != nil {
		l.t.Fatal(err)
	}
	return pid
}

func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(20 * time.Second); !so(); {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("waited for %s", what)
		}
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// ended says that no such process runs; one that nobody has waited for does not.
func ended(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ") || syscall.Kill(pid, 0) != nil
}

// child is the child of a process; 0: it has none.
func child(t *testing.T, pid int) (is int) {
	t.Helper()
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, thread := range threads { // a process is the child of the thread that started it
		raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, thread.Name()))
		_, _ = fmt.Sscan(string(raw), &is)
	}
	return is
}
