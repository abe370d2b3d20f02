package supervisor

import (
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// sysProcAttr keeps a console window from flashing up.
func sysProcAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW}
}

// requestStop kills the agent: no signal reaches a program without a console. Nothing is
// lost: the orders are written to the disk at each change, and the agent's children end
// when their standard input does.
func requestStop(p *os.Process) error { return p.Kill() }
