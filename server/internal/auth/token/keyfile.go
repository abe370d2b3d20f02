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

// period is how often the file is looked at: often enough that a new key is everywhere
// long before it signs.
const period = 5 * time.Second

// A KeyFile is a key file that may change while a server runs.
type KeyFile struct {
	path string
	log  *slog.Logger
	keys atomic.Pointer[Keys]
	seen string // how the file was when it was looked at last; of OpenKeyFile, then of Run alone
}

// OpenKeyFile reads the key file at path, and warns if others may read it too.
func OpenKeyFile(path string, log *slog.Logger) (*KeyFile, error) {
	f := &KeyFile{path: path, log: log}
	keys, err := f.look()
	if err != nil {
		return nil, err
	}
	f.keys.Store(keys)
	f.warn()
	return f, nil
}

// Keys are those of the file, as it was read last. It may be called from anywhere.
func (f *KeyFile) Keys() *Keys { return f.keys.Load() }

// Run follows the file until ctx ends, then returns nil. While the file is broken or
// gone, the keys it had stay: a slip in an editor must not lock out every mart.
func (f *KeyFile) Run(ctx context.Context) error {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			f.follow()
		}
	}
}

func (f *KeyFile) follow() {
	keys, err := f.look()
	switch {
	case err != nil:
		f.log.Warn("the key file cannot be used, the keys it had stay", "err", err)
	case keys != nil:
		f.keys.Store(keys)
		f.log.Info("read the key file again", "file", f.path, "keys", len(keys.byID))
	}
}

// look reads the file if it is not as it was, else it returns nil. It compares what is in
// it: behind a symlink, as Kubernetes keeps its secrets, a file changes at no time of its own.
func (f *KeyFile) look() (*Keys, error) {
	raw, err := read(f.path)
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

// warn says if others may read the file. Windows has no such bits.
func (f *KeyFile) warn() {
	info, err := os.Stat(f.path)
	if err == nil && runtime.GOOS != "windows" && info.Mode()&0o077 != 0 {
		f.log.Warn("others may read the key file, and make tokens with it: chmod 600 it", "file", f.path, "mode", info.Mode().String())
	}
}

// read reads a file as far as Parse takes it, and one byte more.
func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}
