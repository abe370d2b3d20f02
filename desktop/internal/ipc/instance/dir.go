package instance

import (
	"os"
	"path/filepath"
	"strconv"
)

// maxSocketPath is the longest path of a socket, in bytes: 108 with the end mark on Linux and
// Windows, 104 on macOS.
const maxSocketPath = 103

// A SetupError is why the directory of the session cannot be used. A person can repair that.
type SetupError struct {
	ID   string // of the message that says what to do; it takes Path and Cause
	Text string // the same for the log
	Path string // "" if there is none
	Err  error  // nil if the system reported none
}

func (e *SetupError) Error() string {
	text := e.Text
	if e.Path != "" {
		text += ": " + e.Path
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *SetupError) Unwrap() error { return e.Err }

// A Place is where an agent and commands meet.
type Place struct {
	Data string // the directory with the lock: that of the journal of orders
	Run  string // the directory with the socket: that of the session
}

// Find returns the place of the agent that writes into a directory. Start creates it. The error is a
// *SetupError.
func Find(data string) (Place, error) {
	run, err := runDir()
	return Place{Data: data, Run: run}, err
}

// socket returns the path of the agent's socket: an agent of another session has written it down.
func (at Place) socket() string {
	if path, err := os.ReadFile(filepath.Join(at.Data, addressName)); err == nil && filepath.IsAbs(string(path)) {
		return string(path)
	}
	return filepath.Join(at.Run, socketName)
}

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
