package token

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
)

// pollInterval is how often the file is read: a key that was taken out of it is refused as fast as one
// that was revoked. Reading the largest file takes a millisecond.
const pollInterval = time.Second

// ErrNoOwn means that a key file has only keys that others hold. By those servers sign nothing.
var ErrNoOwn = errors.New("the key file has no key of the servers' own, only keys with roles or marts, which others hold")

// A KeyFile is the key file of a server, which may change while it runs.
type KeyFile struct {
	path    string
	log     *slog.Logger
	keys    atomic.Pointer[Keys]
	changed func()
	seen    string // sum of what was read last; used by OpenKeyFile, then by Run alone
}

// OpenKeyFile reads the key file at path, for a server. It logs every key, and a warning if others may
// read the file too. It fails with ErrNoOwn if the servers could not sign by it.
func OpenKeyFile(path string, log *slog.Logger) (*KeyFile, error) {
	f := &KeyFile{path: path, log: log, changed: func() {}}
	keys, err := f.readIfChanged()
	if err != nil {
		return nil, err
	}
	f.keys.Store(keys)
	logChanges(log, nil, keys)
	warnIfOpen(path, log)
	return f, nil
}

// ReadKeyFile reads the key file at path once. It may have only keys that others hold: a backend has
// such a file. ReadKeyFile logs a warning if others may read it too.
func ReadKeyFile(path string, log *slog.Logger) (*Keys, error) {
	raw, err := readFile(path)
	if err != nil {
		return nil, err
	}
	warnIfOpen(path, log)
	return Parse(raw)
}

// OnChange makes Run call changed whenever the keys have changed. The caller must call it before Run.
func (f *KeyFile) OnChange(changed func()) { f.changed = changed }

// Keys returns the keys that were read last. It is safe for concurrent use.
func (f *KeyFile) Keys() *Keys { return f.keys.Load() }

// Run reads the file again when it changes, until ctx ends, and returns nil. While the file
// is broken or missing, the last good keys stay: a slip in an editor must not lock out
// every mart.
func (f *KeyFile) Run(ctx context.Context) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			f.poll()
		}
	}
}

func (f *KeyFile) poll() {
	keys, err := f.readIfChanged()
	switch {
	case err != nil:
		f.log.Warn("cannot use the key file: its last good keys stay", "err", err)
	case keys != nil:
		was := f.keys.Swap(keys)
		f.log.Info("read the changed key file", "file", f.path, "keys", len(keys.byID))
		logChanges(f.log, was, keys)
		f.changed()
	}
}

// readIfChanged returns the keys of the file, or nil if it is as it was. It compares the
// content: behind a symlink, where Kubernetes keeps secrets, the file's time need not change.
func (f *KeyFile) readIfChanged() (*Keys, error) {
	raw, err := readFile(f.path)
	sum := sha256.Sum256(raw)
	now := string(sum[:])
	if err != nil {
		now = err.Error()
	}
	if now == f.seen {
		return nil, nil
	}
	f.seen = now
	if err != nil {
		return nil, err
	}
	keys, err := Parse(raw)
	if err == nil && !keys.Own() {
		err = ErrNoOwn
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	return keys, nil
}

// warnIfOpen logs a warning if others may read the file. Windows has no such mode bits. A credential of
// systemd is for its service alone, by an access list, of which the bits of the group show the mask.
func warnIfOpen(path string, log *slog.Logger) {
	info, err := os.Stat(path)
	if err == nil && runtime.GOOS != "windows" && !strings.HasPrefix(path, "/run/credentials/") && info.Mode()&0o077 != 0 {
		log.Warn("others may read the key file, and make tokens with it: chmod 600 it", "file", path, "mode", info.Mode().String())
	}
}

// readFile reads a file up to the size that Parse takes, and one byte more.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}
