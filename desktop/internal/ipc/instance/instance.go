// Package instance is where the one agent of a user session and the commands meet: a lock that
// only one agent can hold, and a socket over which commands reach that agent.
//
// The lock decides who is the agent, and the system releases it when the process dies. The
// socket only carries commands. Both are files in one directory, which Dir returns.
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

var (
	// ErrRunning means that another process is the agent; Ask reaches it.
	ErrRunning = errors.New("already running")
	// ErrNotRunning means that there is no agent to ask.
	ErrNotRunning = errors.New("not running")
)

const (
	lockName   = "agent.lock" // never removed: two processes could hold two locks of one name
	socketName = "agent.sock"
)

// An agent that starts opens its socket milliseconds after it took the lock. An agent that
// ends closes its socket, ends its children, and then releases the lock. A process that finds
// the lock taken and nobody at the socket waits this long for one or the other.
const (
	startTimeout = 5 * time.Second
	pollInterval = 20 * time.Millisecond
)

// An Instance is the lock and the socket of the agent, held by this process.
type Instance struct {
	lock     *flock.Flock
	listener net.Listener
	close    func() error
}

// Start makes this process the agent of dir. It returns ErrRunning if there is one already,
// and a *SetupError if dir cannot be used. The files of an agent that died are reused. Close,
// or the end of the process, makes room for the next agent.
func Start(dir string) (*Instance, error) {
	if err := makePrivate(dir); err != nil {
		return nil, &SetupError{ID: "instance.bad-directory", Text: "cannot use the directory: remove it or set XDG_RUNTIME_DIR", Path: dir, Err: err}
	}
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	if err := acquire(lock, dir); err != nil {
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

// acquire takes the lock. It returns ErrRunning once its holder answers at the socket.
func acquire(lock *flock.Flock, dir string) error {
	for end := time.Now().Add(startTimeout); ; time.Sleep(pollInterval) {
		ok, err := lock.TryLock()
		if err != nil {
			return &SetupError{ID: "instance.cannot-lock", Text: "cannot lock the file: check its permissions", Path: lock.Path(), Err: err}
		}
		if ok {
			return nil
		}
		if answers(dir) || time.Now().After(end) {
			return ErrRunning
		}
	}
}

// answers reports whether a process accepts connections at the socket.
func answers(dir string) bool {
	conn, err := net.Dial("unix", filepath.Join(dir, socketName))
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// listen replaces the socket of a dead process. Only the holder of the lock may call it.
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

// makePrivate creates dir if there is none, and makes it accessible to this user only.
func makePrivate(dir string) error {
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
	return os.Chmod(dir, 0o700) // fails if it belongs to another user
}

// Close closes the socket and releases the lock. More calls do nothing.
func (i *Instance) Close() error { return i.close() }

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
