//go:build unix

package supervisor

import (
	"os"
	"syscall"
)

// quietly is for Windows, where a child may show up.
func quietly() *syscall.SysProcAttr { return nil }

// askToEnd asks as a system that shuts down does.
func askToEnd(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
