//go:build linux

package harness

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
)

// A Session is a desktop without hardware. It is not safe for concurrent use.
type Session struct {
	Dir    string  // all files, until Close
	Screen *Screen // nil before OpenScreen

	Resolution image.Point       // of the screen that OpenScreen starts
	Monitors   []image.Rectangle // of that screen, the main one first; nil: one of Resolution

	bus         *dbus.Conn
	processes   []*Process
	stopTimeout time.Duration // how long a process may take to end when asked
}

// New makes an empty session.
func New() (*Session, error) {
	// Short: a socket's path has 107 bytes at most. Not below the temporary folder: a jumun there does
	// not start at login, and its icon says so.
	dir, err := os.MkdirTemp("/var/tmp", "jumun")
	if err != nil {
		return nil, err
	}
	return &Session{Dir: dir, Resolution: image.Pt(1280, 800), stopTimeout: stopTimeout}, nil
}

// Close ends every process, the last one started first, and removes Dir. It kills those of the
// desktop. It also kills others that do not end when asked, and children that are left, and
// returns an error for them.
func (s *Session) Close() error {
	var errs []error
	if s.bus != nil {
		_ = s.bus.Close()
	}
	if s.Screen != nil {
		s.Screen.close()
	}
	for _, p := range slices.Backward(s.processes) {
		if p.desktop {
			p.killGroup()
			continue
		}
		errs = append(errs, p.Stop())
	}
	errs = append(errs, s.sweep(), os.RemoveAll(s.Dir))
	return errors.Join(errs...)
}

// mark returns the variable that all processes of this session have in their environment.
func (s *Session) mark() string { return "JUMUN_HARNESS=" + s.Dir }

// sweep waits for the last processes to end, such as a capture process.
func (s *Session) sweep() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.stopTimeout)
	defer cancel()
	err := Until(ctx, "everything to end", func() error {
		if left := s.left(); len(left) > 0 {
			return fmt.Errorf("still running: %s", strings.Join(left, "; "))
		}
		return nil
	})
	for _, line := range s.left() {
		pid, _, _ := strings.Cut(line, " ")
		if n, bad := strconv.Atoi(pid); bad == nil {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
	}
	return err
}

// left returns the processes of this session that still run, as "PID command".
func (s *Session) left() []string {
	var found []string
	for _, pid := range processesWith(s.mark()) {
		command, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		found = append(found, fmt.Sprintf("%d %s", pid, strings.ReplaceAll(strings.Trim(string(command), "\x00"), "\x00", " ")))
	}
	return found
}

// processesWith returns the processes that have all variables in their environment. Children
// inherit it, so they are found even when their parent has changed.
func processesWith(variables ...string) []int {
	var found []int
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environs {
		raw, err := os.ReadFile(path)
		environ := strings.Split(string(raw), "\x00")
		if err != nil || slices.ContainsFunc(variables, func(v string) bool { return !slices.Contains(environ, v) }) {
			continue // another user's process, or one that has ended
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			found = append(found, pid)
		}
	}
	return found
}

// Logs returns the end of every process's output, for the report of a failed test.
func (s *Session) Logs() string {
	var b strings.Builder
	for _, p := range s.processes {
		if tail := p.Tail(); tail != "" {
			fmt.Fprintf(&b, "--- %s\n%s\n", filepath.Base(p.Log), tail)
		}
	}
	return b.String()
}
