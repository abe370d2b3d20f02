// Package logfile writes the agent's log to a few files of bounded size.
//
// The newest file is also the standard error of the agent and its children. What a library
// prints, and the stack trace of a crash, are thus in the log in the right order. All
// writers must open the file for appending.
package logfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"jumun/desktop/internal/atomicfile"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const (
	// maxSize is the size of a full file in bytes: some weeks of a quiet store.
	maxSize = 2 << 20
	// maxFiles is how many files there are. The oldest is deleted for a new one.
	maxFiles = 5
)

// Path returns the path of the log of the jumun with that settings file. Crash reports are
// in the same folder.
func Path(settings string) string {
	return filepath.Join(filepath.Dir(settings), "log", "jumun.log")
}

// Open opens the file at path for appending, and creates it and its folder if needed. Only
// this user may read it, because it contains order numbers.
func Open(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// A Log writes to the file, and to standard error unless that is the same file. It is safe
// for concurrent use. Only one process at a time may have a Log of a path.
type Log struct {
	path   string
	stderr io.Writer // nil if it is the file itself

	mu   sync.Mutex
	file *os.File
}

// New returns a Log that writes to the file at path and to stderr. The caller must close
// it.
func New(path string, stderr io.Writer) (*Log, error) {
	file, err := Open(path)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	l := &Log{path: path, file: file}
	if !isSameFile(file, stderr) {
		l.stderr = stderr
	}
	return l, nil
}

func isSameFile(file *os.File, stderr io.Writer) bool {
	other, ok := stderr.(*os.File)
	if !ok {
		return false
	}
	first, err := file.Stat()
	if err != nil {
		return false
	}
	second, err := other.Stat() // fails without a standard error, as in a GUI program of Windows
	return err == nil && os.SameFile(first, second)
}

// Write writes one or more whole lines. It ignores an error of standard error: the file is
// what counts.
func (l *Log) Write(lines []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stderr != nil {
		_, _ = l.stderr.Write(lines)
	}
	n, err := l.file.Write(lines)
	return n, errors.Join(err, l.trim())
}

// Trim starts a new file if the newest one is full. The caller should call it from time to
// time, because children also write to the file without a limit.
func (l *Log) Trim() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trim()
}

// Close closes the file, but not standard error.
func (l *Log) Close() error { return l.file.Close() }

// trim copies and empties the newest file. It does not rename it, because other processes
// have it open and go on writing to it. What a child writes in between is lost.
func (l *Log) trim() error {
	info, err := l.file.Stat()
	if err != nil || info.Size() < maxSize {
		return err
	}
	var renameErr error
	for n := maxFiles - 2; n >= 1; n-- {
		if err := atomicfile.Rename(older(l.path, n), older(l.path, n+1)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			renameErr = err
		}
	}
	// The file is emptied even if there is no copy: a full disk must not get fuller.
	return errors.Join(renameErr, copyTail(l.path, older(l.path, 1)), os.Truncate(l.path, 0))
}

// older returns the path of the nth older file, such as jumun.1.log.
func older(path string, n int) string {
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s.%d%s", strings.TrimSuffix(path, ext), n, ext)
}

// copyTail copies the last maxSize bytes of a file. A child may have written much more
// since the last call of Trim.
func copyTail(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	size, err := in.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = in.Seek(max(0, size-maxSize), io.SeekStart)
	}
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.LimitReader(in, maxSize))
	return errors.Join(err, out.Close())
}
