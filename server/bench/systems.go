//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"strconv"
	"time"

	"jumun/server/bench/procs"
	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// Where orders are published on Redis: by PUBLISH, and by XADD.
const (
	topic  = "order"
	intake = "jumun:orders"
)

// A system is a running system that is measured.
type system struct {
	pods      []*procs.Process // its servers
	addresses []string         // of the servers, for devices: host:port
	redis     *procs.Process
	redisAt   string                                   // where orders are published; empty: by HTTP
	request   func(mart string, n int) (string, error) // the request of device n, without the blank line
}

// start starts a system.
type start func(ctx context.Context, g *procs.Group, o options) (*system, error)

func systemNames() []string { return []string{"floor", "jumun", "nchan", "nchan-redis"} }

func startOf(name string) start {
	return map[string]start{"floor": startFloor, "jumun": startJumun, "nchan": startNchan, "nchan-redis": startNchanOnRedis}[name]
}

func startFloor(ctx context.Context, g *procs.Group, o options) (*system, error) {
	redis, at, err := g.Redis(ctx)
	if err != nil {
		return nil, err
	}
	port, err := procs.FreePort()
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	p, err := g.Start("floor", nil, o.self, "floor", address, at, topic)
	if err != nil {
		return nil, err
	}
	return &system{[]*procs.Process{p}, []string{address}, redis, at, askJumun("")}, p.AwaitPort(ctx, address)
}

// askJumun returns the request for a stream, with a token if there is one.
func askJumun(token string) func(string, int) (string, error) {
	return func(mart string, _ int) (string, error) {
		text := "GET /v1/marts/" + mart + "/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n"
		if token != "" {
			text += "Authorization: Bearer " + token + "\r\n"
		}
		return text, nil
	}
}

func startJumun(ctx context.Context, g *procs.Group, o options) (*system, error) {
	redis, at, err := g.Redis(ctx)
	if err != nil {
		return nil, err
	}
	keys := g.Path("keys.json")
	if said, err := exec.CommandContext(ctx, o.program, "keygen", "--keys", keys).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("keygen: %w: %s", err, said)
	}
	s := &system{redis: redis, redisAt: at}
	for range o.servers {
		if err := s.addJumun(ctx, g, o, keys); err != nil {
			return nil, err
		}
	}
	s.request, err = withTokens(keys)
	return s, err
}

func (s *system) addJumun(ctx context.Context, g *procs.Group, o options, keys string) error {
	p, address, err := g.Server(ctx, o.program, s.redisAt, keys)
	if err != nil {
		return err
	}
	s.pods, s.addresses = append(s.pods, p), append(s.addresses, address)
	return nil
}

// withTokens makes a token for every device, as pairing would.
func withTokens(path string) (func(string, int) (string, error), error) {
	keys, err := token.ReadKeyFile(path, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return func(mart string, n int) (string, error) {
		text, err := keys.Sign(wire.Claims{Subject: "pc-" + strconv.Itoa(n), Name: "카운터", Role: wire.RoleDevice,
			Marts: []order.MartID{order.MartID(mart)}, IssuedAt: now.Unix(), Expires: now.Add(24 * time.Hour).Unix()}, now)
		if err != nil {
			return "", err
		}
		return askJumun(text)(mart, n)
	}, nil
}

// cpu returns the processor time of the servers, and that of Redis.
func (s *system) cpu() (servers, redis time.Duration, err error) {
	for _, p := range s.pods {
		used, failed := p.CPU()
		servers, err = servers+used, errors.Join(err, failed, p.Ended())
	}
	if s.redis != nil {
		used, failed := s.redis.CPU()
		redis, err = used, errors.Join(err, failed)
	}
	return servers, redis, err
}

// rss returns the memory of the servers, in bytes.
func (s *system) rss() (sum int64, err error) {
	for _, p := range s.pods {
		n, failed := p.RSS()
		sum, err = sum+n, errors.Join(err, failed)
	}
	return sum, err
}
