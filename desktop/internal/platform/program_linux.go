package platform

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// self is this very program, even after its file was moved, replaced or deleted (proc_pid_exe(5)).
const self = "/proc/self/exe"

// Program returns a command that starts this program once more. path is where its file was.
func Program(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Args[0] = path
	return cmd
}

// SetProcessName names this process after its program: the kernel names one that Program has started "exe".
func SetProcessName() {
	_ = os.WriteFile("/proc/self/comm", []byte(filepath.Base(os.Args[0])), 0) // only people read it
}
