//go:build unix && !linux && !solaris && !aix

package localredis

import "syscall"

// attributes of the child: it has a process group of its own, since Ctrl-C in a terminal would end it
// before the server. It outlives a server that dies, until the next one starts.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
