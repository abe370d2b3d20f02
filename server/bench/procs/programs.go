//go:build linux

package procs

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// timeout is how long a program may take to start; the machine may be busy.
const timeout = 30 * time.Second

// FreePort returns a TCP port of 127.0.0.1 on which nobody listens now.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Redis starts a redis-server that keeps nothing on disk, and returns its address (host:port)
// once it accepts connections.
func (g *Group) Redis(ctx context.Context) (p *Process, address string, err error) {
	port, err := FreePort()
	if err != nil {
		return nil, "", err
	}
	p, err = g.Start("redis-server", nil, "redis-server", "--port", fmt.Sprint(port), "--bind", "127.0.0.1",
		"--save", "", "--appendonly", "no", "--dir", g.dir)
	if err != nil {
		return nil, "", err
	}
	address = fmt.Sprintf("127.0.0.1:%d", port)
	return p, address, p.AwaitPort(ctx, address)
}

// Server starts a jumun-server with these flags on a free port, and returns its address
// (host:port) once it is ready.
func (g *Group) Server(ctx context.Context, program, redis, keys string, flags ...string) (p *Process, address string, err error) {
	port, err := FreePort()
	if err != nil {
		return nil, "", err
	}
	address = fmt.Sprintf("127.0.0.1:%d", port)
	p, err = g.Start("jumun-server", nil, program, append([]string{"serve", "--listen", address,
		"--redis", "redis://" + redis, "--keys", keys}, flags...)...)
	if err != nil {
		return nil, "", err
	}
	return p, address, p.await(ctx, func() bool { return ready("http://" + address + "/readyz") })
}

func ready(url string) bool {
	client := http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	answer, err := client.Get(url)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// AwaitPort returns once address accepts connections.
func (p *Process) AwaitPort(ctx context.Context, address string) error {
	return p.await(ctx, func() bool {
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

func (p *Process) await(ctx context.Context, is func() bool) error {
	late := time.After(timeout)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-p.done:
			return p.Ended()
		case <-late:
			return fmt.Errorf("%s does not begin: %s", p.Name, p.Said())
		}
	}
	return nil
}
