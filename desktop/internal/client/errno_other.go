//go:build !windows

package client

import "syscall"

// How the system says that nobody listens there, and that there is no way there.
var (
	refusals  = []syscall.Errno{syscall.ECONNREFUSED}
	noNetwork = []syscall.Errno{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EADDRNOTAVAIL}
)
