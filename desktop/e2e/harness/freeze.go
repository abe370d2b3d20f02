//go:build linux

package harness

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// Freeze stops a process as a hung driver does, and returns once it is stopped. Its connections
// stay open, and no other process is told.
func Freeze(ctx context.Context, pid int) error {
	return send(ctx, pid, syscall.SIGSTOP, true)
}

// Thaw continues a frozen process, and returns once it runs.
func Thaw(ctx context.Context, pid int) error {
	return send(ctx, pid, syscall.SIGCONT, false)
}

func send(ctx context.Context, pid int, s syscall.Signal, frozen bool) error {
	if pid <= 0 { // kill(2) would signal a whole group, which may be ours
		return fmt.Errorf("no process has the number %d", pid)
	}
	if err := syscall.Kill(pid, s); err != nil {
		return fmt.Errorf("send %v to %d: %w", s, pid, err)
	}
	return Until(ctx, fmt.Sprintf("%v of %d", s, pid), func() error {
		if state, err := stateOf(pid); err != nil || (state == "T") != frozen {
			return fmt.Errorf("it is %q: %w", state, err)
		}
		return nil
	})
}

// stateOf returns the letter of a process's state: T is stopped (proc(5)).
func stateOf(pid int) (string, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(raw), ") ") // the name before it may contain spaces
	state, _, _ := strings.Cut(rest, " ")
	return state, err
}
