//go:build !linux

package platform

import (
	"context"
	"os/exec"
)

// Program returns a command that starts the program at path, which is this one, once more.
func Program(ctx context.Context, path string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, path, args...)
}

// SetProcessName does nothing: the system names a process after its program.
func SetProcessName() {}
