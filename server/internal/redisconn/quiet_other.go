//go:build !linux

package redisconn

import "net"

// quiet returns c: on this system there is no quietConn.
func quiet(c net.Conn) net.Conn { return c }
