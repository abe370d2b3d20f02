//go:build linux

package rawio

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"
)

func pair(t *testing.T) (a, b int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = unix.Close(fds[0]), unix.Close(fds[1]) })
	return fds[0], fds[1]
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	a, b := pair(t)
	p := make([]byte, 16)
	if n, err := Read(b, p); n != 0 || err != unix.EAGAIN {
		t.Errorf("of nothing: %d, %v", n, err)
	}
	if n, err := Write(a, []byte("order")); n != 5 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	if n, err := Read(b, p); string(p[:n]) != "order" || err != nil {
		t.Errorf("read %q, %v", p[:n], err)
	}
	if n, err := Write(a, nil); n != 0 || err != nil {
		t.Errorf("of no bytes: %d, %v", n, err)
	}
}

func TestAPeerThatDoesNotReadIsNotWaitedFor(t *testing.T) {
	a, _ := pair(t)
	some := bytes.Repeat([]byte("x"), 1<<16)
	for {
		n, err := Write(a, some)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func TestOneThatIsGoneIsAnError(t *testing.T) {
	a, b := pair(t)
	if err := unix.Shutdown(b, unix.SHUT_RD); err != nil {
		t.Fatal(err)
	}
	if n, err := Write(a, []byte("x")); n != 0 || err != unix.EPIPE {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := Read(-1, make([]byte, 1)); n != 0 || err != unix.EBADF {
		t.Errorf("%d, %v", n, err)
	}
}
