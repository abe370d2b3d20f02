//go:build !linux

package rawio

import "net"

// Conn is c: there is none of its kind on this system.
func Conn(c net.Conn) net.Conn { return c }
