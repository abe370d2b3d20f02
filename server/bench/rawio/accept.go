//go:build linux

package rawio

import (
	"encoding/binary"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Accept is accept4(2). It returns the next connection of a non-blocking listener, which does not block
// either, and the address of its peer. The address is valid only for TCP. Accept fails with EAGAIN when no
// connection waits.
func Accept(listener int) (fd int, peer netip.AddrPort, err error) {
	var from unix.RawSockaddrAny
	size := uint32(unix.SizeofSockaddrAny)
	n, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4, uintptr(listener), uintptr(unsafe.Pointer(&from)),
		uintptr(unsafe.Pointer(&size)), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	if errno != 0 {
		return -1, netip.AddrPort{}, errno
	}
	return int(n), addrPort(&from), nil
}

// addrPort reads a sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)). In both, the port follows
// the family, in network byte order.
func addrPort(from *unix.RawSockaddrAny) netip.AddrPort {
	var ip netip.Addr
	switch from.Addr.Family {
	case unix.AF_INET:
		ip = netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(from)).Addr)
	case unix.AF_INET6:
		ip = netip.AddrFrom16((*unix.RawSockaddrInet6)(unsafe.Pointer(from)).Addr).Unmap()
	default:
		return netip.AddrPort{}
	}
	port := (*[2]byte)(unsafe.Pointer(&from.Addr.Data))
	return netip.AddrPortFrom(ip, binary.BigEndian.Uint16(port[:]))
}
