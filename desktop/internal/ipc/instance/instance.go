// Package instance is where the one agent of a user and the commands meet: a lock that only one
// agent can hold, and a socket, on Windows a named pipe, over which commands reach that agent.
//
// The lock decides who is the agent, and the system releases it when the process dies. It lies
// beside what the agent writes: two agents with one journal would both ring. The socket only carries
// commands. It lies where the session has its sockets, and its path stands beside the lock, since a
// command may come from elsewhere, such as cron or ssh.
package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"jumun/desktop/internal/atomicfile"
)

var (
	// ErrRunning means that another process is the agent; Ask reaches it.
	ErrRunning = errors.New("already running")
	// ErrNotRunning means that there is no agent to ask.
	ErrNotRunning = errors.New("not running")
)

const (
	lockName    = "jumun.lock"    // in Place.Data; never removed: two processes could hold two locks of one name
	oldLockName = "agent.lock"    // in Place.Run: all that versions of before look at
	addressName = "agent.address" // in Place.Data
)

// An agent that starts opens its socket milliseconds after it took the lock. An agent that
// ends closes its socket, ends its children, and then releases the lock. A process that finds
// the lock taken and nobody at the socket waits this long for one or the other.
const (
	startTimeout = 5 * time.Second
	pollInterval = 20 * time.Millisecond
	answerTime   = time.Second / 10 // to be connected on this PC
)

// An Instance is the lock and the socket of the agent, held by this process.
type Instance struct {
	listener net.Listener
	close    func() error
}

// Start makes this process the agent of a place. It returns ErrRunning if there is one already,
// and a *SetupError if the place cannot be used. The files of an agent that died are reused. Close,
// or the end of the process, makes room for the next agent.
func Start(at Place) (*Instance, error) {
	if err := makePrivate(at.Run); err != nil {
		return nil, &SetupError{ID: "instance.bad-directory", Text: "cannot use the directory: remove it or set XDG_RUNTIME_DIR", Path: at.Run, Err: err}
	}
	if err := os.MkdirAll(at.Data, 0o700); err != nil {
		return nil, &SetupError{ID: "instance.bad-directory", Text: "cannot use the directory", Path: at.Data, Err: err}
	}
	unlock, err := acquireBoth(at)
	if err != nil {
		return nil, err
	}
	address := at.newAddress()
	listener, err := listen(address)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot listen for commands: %w", err), unlock())
	}
	// On a full disk the commands of this session find it all the same.
	_ = atomicfile.Write(filepath.Join(at.Data, addressName), []byte(address), 0o600)
	i := &Instance{listener: listener}
	i.close = sync.OnceValue(func() error { return errors.Join(ignoreClosed(listener.Close()), unlock()) })
	return i, nil
}

// acquireBoth takes the lock, and that of versions of before.
func acquireBoth(at Place) (unlock func() error, err error) {
	var held []*flock.Flock
	unlock = func() (err error) {
		for _, lock := range held {
			err = errors.Join(err, lock.Close())
		}
		return err
	}
	for _, path := range []string{filepath.Join(at.Data, lockName), filepath.Join(at.Run, oldLockName)} {
		lock := flock.New(path, flock.SetPermissions(0o600))
		held = append(held, lock)
		if err := acquire(lock, at); err != nil {
			return nil, errors.Join(err, unlock())
		}
	}
	return unlock, nil
}

// acquire takes the lock. It returns ErrRunning once its holder answers at the socket.
func acquire(lock *flock.Flock, at Place) error {
	for end := time.Now().Add(startTimeout); ; time.Sleep(pollInterval) {
		ok, err := lock.TryLock()
		if err != nil {
			return &SetupError{ID: "instance.cannot-lock", Text: "cannot lock the file: check its permissions", Path: lock.Path(), Err: err}
		}
		if ok {
			return nil
		}
		if answers(at) || time.Now().After(end) {
			return ErrRunning
		}
	}
}

// answers reports whether a process has the address of an agent, though it may not take connections yet.
func answers(at Place) bool {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	conn, err := dialAddress(ctx, at.address())
	if err == nil {
		_ = conn.Close()
	}
	return err == nil || ctx.Err() != nil
}

// Close closes the socket and releases the lock. More calls do nothing.
func (i *Instance) Close() error { return i.close() }

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
