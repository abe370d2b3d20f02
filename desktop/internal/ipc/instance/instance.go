// Package instance lets one agent run per user session, reachable by commands.
package instance

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// ErrRunning says that another process has the place; Ask reaches it.
var ErrRunning = errors.New("already running")

// ErrNotRunning says that nobody is there to ask.
var ErrNotRunning = errors.New("not running")

const (
	lockName   = "agent.lock" // never removed: two processes could hold two locks of one name
	socketName = "agent.sock"
)

// A process that starts has its socket within milliseconds after its lock. One that ends
// closes its socket, ends its children, and then gives the lock back. Who finds only one
// of them waits this long.
const (
	settle = 5 * time.Second
	step   = 20 * time.Millisecond
)

// An Instance is the place of the one agent of a session, held by this process.
// The lock decides who holds it, and dies with its process; the socket only answers.
type Instance struct {
	lock     *flock.Flock
	listener net.Listener
	close    func() error
}

// Start takes the place that dir stands for, or fails with ErrRunning. What a process
// that died left behind is replaced. Close, or the end of the process, gives it back.
func Start(dir string) (*Instance, error) {
	if err := private(dir); err != nil {
		return nil, fmt.Errorf("cannot use %s: remove it or set XDG_RUNTIME_DIR / 이 폴더를 쓸 수 없습니다: 지우거나 XDG_RUNTIME_DIR을 정하세요: %w", dir, err)
	}
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	if err := take(lock, dir); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	listener, err := listen(filepath.Join(dir, socketName))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot listen for commands: %w", err), lock.Close())
	}
	i := &Instance{lock: lock, listener: listener}
	i.close = sync.OnceValue(func() error { return errors.Join(ignoreClosed(listener.Close()), lock.Close()) })
	return i, nil
}

// take locks, or fails with ErrRunning once the holder can be asked.
func take(lock *flock.Flock, dir string) error {
	for end := time.Now().Add(settle); ; time.Sleep(step) {
		ok, err := lock.TryLock()
		if err != nil {
			return fmt.Errorf("cannot lock %s: check its permissions / 잠글 수 없습니다: 권한을 확인하세요: %w", lock.Path(), err)
		}
		if ok {
			return nil
		}
		if answers(dir) || time.Now().After(end) {
			return ErrRunning
		}
	}
}

func answers(dir string) bool {
	conn, err := net.Dial("unix", filepath.Join(dir, socketName))
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// listen listens at path, in place of a dead process's socket. Only who holds the lock
// may call it.
func listen(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return listener, os.Chmod(path, 0o600)
}

// private makes dir a directory of this user's alone, or fails.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir) // a link could lead to where others may write
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return errors.New("not a directory")
	}
	return os.Chmod(dir, 0o700) // fails if it is somebody else's
}

// Close gives the place back. It may be called again.
func (i *Instance) Close() error { return i.close() }

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
