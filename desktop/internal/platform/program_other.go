//go:build !linux

package platform

import (
	"context"
	"os"
	"os/exec"
)

// Program returns a command that starts the program at path, which is this one, once more.
func Program(ctx context.Context, path string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, path, args...)
}

// Executable returns where the file of this program is. It is an error if it is no longer there.
func Executable() (string, error) {
	path, err := os.Executable()
	if err == nil {
		_, err = os.Stat(path)
	}
	return path, err
}

// SetProcessName does nothing: the system names a process after its program.
func SetProcessName() {}
