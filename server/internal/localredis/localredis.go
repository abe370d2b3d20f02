// Package localredis runs a redis-server, or a valkey-server, that belongs to one jumun-server: a child
// process that keeps everything in a folder.
package localredis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"jumun/server/internal/wait"
)

// The files in the folder. What Redis keeps has a folder of its own.
const (
	socketName = "redis.sock"
	dataName   = "redis"
)

// maxSocket is how long the path of a Unix socket may be on every system (sun_path of unix(4) on macOS).
const maxSocket = 103

const (
	// A Redis that dies is started again at once. One that dies again and again, since the disk is full,
	// gets pauses.
	firstPause, maxPause = 100 * time.Millisecond, 5 * time.Second
	// steady is how long a Redis has to live to count as one that works.
	steady = 30 * time.Second
	// stopTimeout is how long Redis may take to end: what it answered is on the disk already.
	stopTimeout = 10 * time.Second
)

// The errors that an operator can do something about.
var (
	ErrNone     = errors.New("neither redis-server nor valkey-server is installed here")
	ErrInUse    = errors.New("another jumun-server uses this folder")
	ErrTooLong  = fmt.Errorf("the path of the folder is too long: with /%s it may have %d bytes", socketName, maxSocket)
	ErrDiskFull = errors.New("the disk is full")
)

// A Redis is a Redis that runs as long as this process. If it dies, it is started again. Nothing that it
// has answered is lost by that, nor by a power cut: it writes to the disk first.
type Redis struct {
	dir     string
	program string
	log     *slog.Logger
	locks   locks
	cancel  context.CancelFunc // asks it to end
	ended   chan struct{}      // closed when it has
}

// Start starts the Redis of a folder, which it makes if there is none, and returns when it takes
// commands, or when ctx ends. The caller must call Close.
func Start(ctx context.Context, dir string, log *slog.Logger) (*Redis, error) {
	program, err := Program()
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if len(socket(dir)) > maxSocket {
		return nil, ErrTooLong
	}
	if err := os.MkdirAll(filepath.Join(dir, dataName), 0o700); err != nil {
		return nil, err
	}
	r := &Redis{dir: dir, program: program, log: log, ended: make(chan struct{})}
	if r.locks, err = lock(ctx, dir); err != nil {
		return nil, err
	}
	if err := r.begin(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Program returns the path of the program that Start starts, or ErrNone.
func Program() (string, error) {
	for _, name := range []string{"redis-server", "valkey-server"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

// begin starts the first child, and looks after it from then on.
func (r *Redis) begin(ctx context.Context) error {
	living, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.cancel = cancel
	first := make(chan error, 1)
	go r.keep(living, first)
	for {
		if err := ping(socket(r.dir)); err == nil {
			r.log.Info("the Redis of this server runs", "program", r.program, "folder", r.dir)
			return nil
		}
		tick, stop := context.WithTimeout(ctx, 10*time.Millisecond)
		select {
		case err := <-first:
			stop()
			return cmp.Or(err, errors.New("it ended by itself"))
		case <-tick.Done():
			stop()
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// keep runs one child after another until ctx ends. It sends to first how the first one ended.
func (r *Redis) keep(ctx context.Context, first chan<- error) {
	defer close(r.ended)
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		began := time.Now()
		err := r.run(ctx)
		if ctx.Err() != nil {
			return
		}
		select {
		case first <- err:
		default:
		}
		if time.Since(began) > steady {
			pause = firstPause
		}
		r.log.Error("the Redis of this server has ended: it is started again", "err", err, "folder", r.dir, "in", pause)
		wait.For(ctx, pause)
	}
}

func socket(dir string) string { return filepath.Join(dir, socketName) }

// IsThere reports whether a folder has a Redis that runs, as far as this user can see.
func IsThere(dir string) bool {
	_, err := os.Stat(socket(dir))
	return err == nil || errors.Is(err, fs.ErrPermission)
}

// URL returns where clients find the Redis of a folder, as unix:///path.
func URL(dir string) string {
	if absolute, err := filepath.Abs(dir); err == nil {
		dir = absolute
	}
	return (&url.URL{Scheme: "unix", Path: socket(dir)}).String()
}

// URL is where clients find it.
func (r *Redis) URL() string { return URL(r.dir) }

// Close ends the Redis, and returns when it has ended.
func (r *Redis) Close() {
	if r.cancel != nil {
		r.cancel()
		<-r.ended
	}
	r.locks.release()
}
