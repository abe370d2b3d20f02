package localredis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jumun/server/internal/wait"
)

// locks are what a server holds of a folder: server against other servers, and redis against a Redis
// that has outlived its server. The child holds that one too. The system releases each when the last
// process that holds it has ended, however it ended.
type locks struct{ server, redis *os.File }

// leftoverTimeout is how long a Redis whose server has died may take to end.
const leftoverTimeout = 30 * time.Second

// lock takes the locks of a folder. It ends a Redis that has outlived its server.
func lock(ctx context.Context, dir string) (l locks, err error) {
	if l.server, err = openLock(filepath.Join(dir, "server.lock")); err != nil {
		return locks{}, inUse(filepath.Join(dir, "server.lock"), err)
	}
	_ = l.server.Truncate(0)
	_, _ = fmt.Fprintln(l.server, os.Getpid()) // for people
	deadline := time.Now().Add(leftoverTimeout)
	for {
		l.redis, err = openLock(filepath.Join(dir, "redis.lock"))
		if !errors.Is(err, errHeld) || time.Now().After(deadline) || ctx.Err() != nil {
			break
		}
		_ = ask(socket(dir), "SHUTDOWN", "") // it answers nothing
		wait.For(ctx, 50*time.Millisecond)
	}
	if err != nil {
		l.release()
		return locks{}, err
	}
	return l, nil
}

// inUse says which process holds a lock.
func inUse(path string, err error) error {
	if !errors.Is(err, errHeld) {
		return err
	}
	holder, err := os.ReadFile(path)
	if pid := strings.TrimSpace(string(holder)); err == nil && pid != "" {
		return fmt.Errorf("%w, process %s", ErrInUse, pid)
	}
	return ErrInUse
}

// errHeld means that another process has the lock.
var errHeld = errors.New("a Redis still runs in this folder")

// openLock opens a file and locks it. It never waits.
func openLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := tryLock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (l locks) release() {
	for _, c := range []io.Closer{l.redis, l.server} {
		_ = c.Close() // a nil *os.File returns an error
	}
}
