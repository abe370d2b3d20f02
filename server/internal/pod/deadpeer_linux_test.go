package pod

import (
	"net"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAnAcceptedConnectionEndsWhenItsPeerIsDead(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var got int
	_ = raw.Control(func(fd uintptr) {
		got, err = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, unix.TCP_USER_TIMEOUT)
	})
	if err != nil || got != int(deadAfter.Milliseconds()) {
		t.Errorf("TCP_USER_TIMEOUT is %d ms, %v", got, err)
	}
}
