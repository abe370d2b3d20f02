package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"jumun/server/internal/pod"
)

// listen listens at address, which the flag has set.
func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	l, err := pod.Listen(ctx, address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, inUse(address, flag)
	}
	if err != nil {
		return nil, advise(err, "choose another address with "+flag, flag+"으로 다른 주소를 지정하세요")
	}
	return l, nil
}

// isLoopback reports whether only programs on this machine can reach address.
func isLoopback(address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, advise(fmt.Errorf("%q is not an address (%w)", address, err), "write host:port, such as 127.0.0.1:8080", "127.0.0.1:8080처럼 적으세요")
	}
	return isThisMachine(host), nil
}

// isThisMachine reports whether host, without a port, is the loopback interface.
func isThisMachine(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }

func inUse(address, flag string) error {
	return advise(fmt.Errorf("%s is in use", address),
		"stop the other program (another jumun-server?) or choose another address with "+flag,
		"사용 중인 주소입니다. 다른 프로그램을 종료하거나 "+flag+"으로 다른 주소를 지정하세요")
}
