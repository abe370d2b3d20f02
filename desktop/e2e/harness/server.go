//go:build linux

package harness

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"jumun/shared/wire"
)

// A Server is a program that listens on a TCP port of 127.0.0.1.
type Server struct {
	Port int
	*Process

	again func() (*Process, error)
	up    func(context.Context) error
	tell  []string // for Redis: the arguments of redis-cli to reach it

	session        *Session
	program, redis string // for jumun-server: its file, and the URL of its Redis
}

// OpenRedis starts a redis-server that keeps nothing on disk.
func (s *Session) OpenRedis(ctx context.Context) (*Server, error) {
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	r := &Server{Port: port, tell: []string{"-h", "127.0.0.1", "-p", strconv.Itoa(port)}}
	r.again = func() (*Process, error) {
		return s.Start("redis", []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}, "redis-server",
			"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.Dir)
	}
	r.up = func(ctx context.Context) error {
		out, err := r.CLI(ctx, "PING")
		if err == nil && strings.TrimSpace(out) != "PONG" {
			err = errors.New(out)
		}
		return err
	}
	return r, r.Open(ctx)
}

// OpenServer starts "jumun-server serve" with the session's keys and these flags, which must
// make it use the Redis at that URL. Port 0 is any free port.
func (s *Session) OpenServer(ctx context.Context, program string, port int, redis string, flags ...string) (_ *Server, err error) {
	if port == 0 {
		if port, err = FreePort(); err != nil {
			return nil, err
		}
	}
	keys, err := s.Keys(ctx, program)
	if err != nil {
		return nil, err
	}
	v := &Server{Port: port, session: s, program: program, redis: redis}
	v.again = func() (*Process, error) {
		return s.Start("jumun-server", []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}, program,
			append([]string{"serve", "--listen", v.Addr(), "--keys", keys}, flags...)...)
	}
	v.up = v.ready
	return v, v.Open(ctx)
}

// Addr returns host:port.
func (v *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(v.Port)) }

// Open starts the server, the first time or again on the same port, and returns once it
// answers.
func (v *Server) Open(ctx context.Context) (err error) {
	if v.Process, err = v.again(); err != nil {
		return err
	}
	return Until(ctx, v.Name+" to answer", func() error {
		select {
		case <-v.Done():
			return fmt.Errorf("it has ended: %s", v.Tail())
		default:
			return v.up(ctx)
		}
	})
}

func (v *Server) ready(ctx context.Context) error {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+v.Addr()+wire.ReadyPath, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", answer.Status)
	}
	return nil
}

// CLI runs redis-cli and returns what it printed.
func (v *Server) CLI(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "redis-cli", append(append([]string{}, v.tell...), args...)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("redis-cli: %w: %s", err, out)
	}
	return string(out), nil
}

// FreePort returns a port on which nobody listens: a preferred one, or any. The port is below
// those that systems use for outgoing connections: a client that dials a stopped server
// could otherwise get the server's port, and connect to itself.
func FreePort(preferred ...int) (int, error) {
	for range 100 {
		preferred = append(preferred, 20000+rand.IntN(12000))
	}
	for _, port := range preferred {
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("no free port between 20000 and 32000")
}

// PublishAt publishes an order on the topic of a Redis, and returns when. It speaks Redis's protocol itself (RESP 2,
// https://redis.io/docs/latest/develop/reference/protocol-spec): to start redis-cli takes as long as what is measured.
func (v *Server) PublishAt(message string) (at time.Time, err error) {
	conn, err := net.Dial("tcp", v.Addr())
	if err != nil {
		return at, err
	}
	defer conn.Close()
	at = time.Now()
	if _, err := fmt.Fprintf(conn, "*3\r\n$7\r\nPUBLISH\r\n$5\r\norder\r\n$%d\r\n%s\r\n", len(message), message); err != nil {
		return at, err
	}
	answer := make([]byte, 16)
	n, err := conn.Read(answer)
	if err == nil && string(answer[:n]) != ":1\r\n" {
		err = fmt.Errorf("publish: Redis answered %q", answer[:n])
	}
	return at, err
}
