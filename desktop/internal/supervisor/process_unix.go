//go:build unix

package supervisor

import (
	"os"
	"syscall"
)

// sysProcAttr returns nil: only on Windows could a child open a window.
func sysProcAttr() *syscall.SysProcAttr { return nil }

// requestStop sends the signal that a system sends when it shuts down.
func requestStop(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
