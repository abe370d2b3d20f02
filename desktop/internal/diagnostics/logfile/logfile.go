// Package logfile is the agent's log on disk: a few files of bounded size.
//
// The newest file is also the standard error of the agent and its children, so what a
// library prints, and the last words of a process that crashes, stand in one file with
// the log, in their order. Whoever writes to it must append.
package logfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const (
	// most is how big the newest file grows, in bytes: some weeks of a quiet store.
	most = 2 << 20
	// kept is how many files there are in all. The oldest is dropped for a new one.
	kept = 5
)

// Path is where the log of the jumun with that settings file is. The reports of crashes
// are in the same folder.
func Path(settings string) string {
	return filepath.Join(filepath.Dir(settings), "log", "jumun.log")
}

// Open opens the file at path to append to, and makes its folder. Only this user may
// read it: it names orders.
func Open(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// A Log writes to the file and, if that is another place, to standard error. It may be
// used from several goroutines. One process at a time may use a Log of a path.
type Log struct {
	path string
	err  io.Writer // standard error; nil: it is the file itself

	mu   sync.Mutex
	file *os.File
}

// New returns a Log at path, which beside it writes to stderr. Of an error nothing has
// to be closed.
func New(path string, stderr io.Writer) (*Log, error) {
	file, err := Open(path)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	l := &Log{path: path, file: file}
	if !same(file, stderr) {
		l.err = stderr
	}
	return l, nil
}

func same(file *os.File, stderr io.Writer) bool {
	other, ok := stderr.(*os.File)
	if !ok {
		return false
	}
	first, err := file.Stat()
	if err != nil {
		return false
	}
	second, err := other.Stat() // fails where there is none, as in a window program of Windows
	return err == nil && os.SameFile(first, second)
}

// Write writes one or more whole lines. A standard error that nobody reads any more is
// no error: the log is what counts.
func (l *Log) Write(lines []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		_, _ = l.err.Write(lines)
	}
	n, err := l.file.Write(lines)
	return n, errors.Join(err, l.trim())
}

// Trim begins a new file if the newest is full. Call it now and then, for children fill
// it as well, whom nothing else stops.
func (l *Log) Trim() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trim()
}

// Close closes the file, not standard error.
func (l *Log) Close() error { return l.file.Close() }

// trim copies and empties the newest file in place of renaming it: other processes have
// it open and go on writing there. What a child writes in between is lost.
func (l *Log) trim() error {
	info, err := l.file.Stat()
	if err != nil || info.Size() < most {
		return err
	}
	var failed error
	for n := kept - 2; n >= 1; n-- {
		if err := os.Rename(older(l.path, n), older(l.path, n+1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = err
		}
	}
	// Emptied even if there is no copy: a full disk must not be filled further.
	return errors.Join(failed, keepCopy(l.path, older(l.path, 1)), os.Truncate(l.path, 0))
}

// older is the nth file before the one at path: jumun.1.log.
func older(path string, n int) string {
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s.%d%s", strings.TrimSuffix(path, ext), n, ext)
}

// keepCopy copies the end of a file. A child could have filled it with much more than
// most since it was last looked at.
func keepCopy(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	size, err := in.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = in.Seek(max(0, size-most), io.SeekStart)
	}
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.LimitReader(in, most))
	return errors.Join(err, out.Close())
}
