//go:build !windows

package instance

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

const (
	socketName = "agent.sock" // in Place.Run
	// maxSocketPath is the longest path of a socket, in bytes: 108 with the end mark on Linux, 104 on macOS.
	maxSocketPath = 103
)

// runDir returns the directory of this user's session: one in XDG_RUNTIME_DIR, which belongs to
// the session, or else one in the user's cache.
func runDir() (string, error) {
	if run := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(run) && fits(filepath.Join(run, "jumun")) {
		return filepath.Join(run, "jumun"), nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", &SetupError{ID: "instance.no-home", Text: "no directory for the socket: set HOME", Err: err}
	}
	if dir := filepath.Join(cache, "jumun", "run"); fits(dir) {
		return dir, nil
	}
	// Start refuses this one if another user created it first.
	if dir := filepath.Join(os.TempDir(), "jumun-"+strconv.Itoa(os.Getuid())); fits(dir) {
		return dir, nil
	}
	return "", &SetupError{ID: "instance.path-too-long", Text: "the path of the socket is too long: set XDG_RUNTIME_DIR to a short one"}
}

func fits(dir string) bool { return len(filepath.Join(dir, socketName)) <= maxSocketPath }

// newAddress returns the address at which an agent listens that starts now.
func (at Place) newAddress() string { return filepath.Join(at.Run, socketName) }

func dialAddress(ctx context.Context, path string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "unix", path)
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
