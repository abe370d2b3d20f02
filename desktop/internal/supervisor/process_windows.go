package supervisor

import (
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// quietly has no console window flash up.
func quietly() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW}
}

// askToEnd ends the agent: no signal asks a program without a console. Its orders are on
// the disk with each change, and its children end when their input does.
func askToEnd(p *os.Process) error { return p.Kill() }
