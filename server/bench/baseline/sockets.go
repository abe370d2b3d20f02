//go:build linux

package baseline

import (
	"net"

	"golang.org/x/sys/unix"
)

func dial(address string) (int, error) {
	to, err := sockaddr(address)
	if err != nil {
		return 0, err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	return fd, unix.Connect(fd, to)
}

func listener(address string) (int, error) {
	at, err := sockaddr(address)
	if err != nil {
		return 0, err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := unix.Bind(fd, at); err != nil {
		return 0, err
	}
	return fd, unix.Listen(fd, unix.SOMAXCONN)
}

func sockaddr(address string) (*unix.SockaddrInet4, error) {
	at, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return nil, err
	}
	return &unix.SockaddrInet4{Port: at.Port, Addr: [4]byte(at.IP.To4())}, nil
}
