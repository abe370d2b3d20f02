//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"jumun/desktop/e2e/harness"
)

// A redis is a real redis-server that keeps every command it has answered: it writes the
// command to its file first. The file is in memory, where that costs nothing; surviving a
// power cut is Redis's own matter.
type redis struct {
	programs *programs
	port     int
	dir      string
	process  *harness.Process
	client   *caller
}

func openRedis(ctx context.Context, programs *programs, dir string) (*redis, error) {
	port, err := harness.FreePort()
	if err != nil {
		return nil, err
	}
	r := &redis{programs: programs, port: port, dir: filepath.Join(dir, "redis")}
	r.client = &caller{addr: r.addr()}
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return nil, err
	}
	return r, r.start(ctx)
}

func (r *redis) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port)) }

// start returns once Redis has loaded its file and answers.
func (r *redis) start(ctx context.Context) (err error) {
	r.process, err = r.programs.start("redis", "redis-server", "--port", strconv.Itoa(r.port), "--bind", "127.0.0.1",
		"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", r.dir)
	if err != nil {
		return err
	}
	return harness.Until(ctx, "Redis to answer", func() error {
		if _, err := r.client.do(ctx, "PING"); err != nil {
			return fmt.Errorf("%w: %s", err, r.process.Tail())
		}
		return nil
	})
}

// away stops Redis, by SIGTERM or by force, and starts it again after a while.
func (r *redis) away(ctx context.Context, force bool, lasts time.Duration) error {
	_, err := end(r.process, force)
	pause(ctx, lasts)
	return errors.Join(err, r.start(context.WithoutCancel(ctx))) // the faults may be over; Redis must be back
}
