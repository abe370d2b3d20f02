package client

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// How the system says that nobody listens there, and that there is no way there.
var (
	refusals  = []syscall.Errno{windows.WSAECONNREFUSED}
	noNetwork = []syscall.Errno{windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAENETDOWN, windows.WSAEADDRNOTAVAIL}
)
