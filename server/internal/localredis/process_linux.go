package localredis

import "syscall"

// attributes of the child: it has a process group of its own, since Ctrl-C in a terminal would end it
// before the server; and it is killed when the server dies.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
