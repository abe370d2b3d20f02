//go:build unix

package update

import (
	"os/exec"
	"syscall"
)

// startTree starts a program in a process group of its own. kill kills it and all that it has started; otherwise it
// goes on after the end of this process, and release must be called.
func startTree(cmd *exec.Cmd) (kill, release func(), err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	return func() { killTree(cmd.Process.Pid) }, func() {}, nil
}

// killTree kills the process that startTree has started, and all that it has started.
func killTree(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
