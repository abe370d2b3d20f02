package token

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"sync/atomic"
	"time"
)

// pollInterval is how often the file is read: often enough that every server has a new key
// long before it signs.
const pollInterval = 5 * time.Second

// A KeyFile is a key file that may change while a server runs.
type KeyFile struct {
	path string
	log  *slog.Logger
	keys atomic.Pointer[Keys]
	seen string // fingerprint of what was read last; used by OpenKeyFile, then by Run alone
}

// OpenKeyFile reads the key file at path. It logs a warning if others may read it too.
func OpenKeyFile(path string, log *slog.Logger) (*KeyFile, error) {
	f := &KeyFile{path: path, log: log}
	keys, err := f.readIfChanged()
	if err != nil {
		return nil, err
	}
	f.keys.Store(keys)
	f.warnIfOpen()
	return f, nil
}

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
		f.keys.Store(keys)
		f.log.Info("read the changed key file", "file", f.path, "keys", len(keys.byID))
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
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	return keys, nil
}

// warnIfOpen logs a warning if others may read the file. Windows has no such mode bits.
func (f *KeyFile) warnIfOpen() {
	info, err := os.Stat(f.path)
	if err == nil && runtime.GOOS != "windows" && info.Mode()&0o077 != 0 {
		f.log.Warn("others may read the key file, and make tokens with it: chmod 600 it", "file", f.path, "mode", info.Mode().String())
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
