package platform

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// self is this very program, even after its file was moved, replaced or deleted (proc_pid_exe(5)).
const self = "/proc/self/exe"

// Program returns a command that starts this program once more. path is where its file was.
func Program(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Args[0] = path
	return cmd
}

// Executable returns where the file of this program is now. It is an error if it is nowhere.
func Executable() (string, error) {
	path, err := os.Readlink(self) // the kernel follows a file that is moved
	if err != nil {
		return "", err
	}
	path = strings.TrimSuffix(path, " (deleted)") // there may be another version in its place
	_, err = os.Stat(path)
	return path, err
}

// SetProcessName names this process after its program: the kernel names one that Program has started "exe".
func SetProcessName() {
	_ = os.WriteFile("/proc/self/comm", []byte(filepath.Base(os.Args[0])), 0) // only people read it
}
