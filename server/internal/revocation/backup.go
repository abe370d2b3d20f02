package revocation

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"jumun/server/internal/wait"
)

const (
	// backupEvery is the least pause between two writings of the file; after a long one it is
	// backupShare times as long as that took.
	backupEvery = time.Second
	backupShare = 20
	// maxBackup is how many bytes of the file are read: more than Limit revocations take.
	maxBackup = 512 << 20
)

// The first and the last line of the file.
const backupBegin, backupEnd = `{"revocations":[`, `]}`

// A Backup keeps a List in a file too. A Redis that is restored from a backup of its own lacks what was
// revoked since: a server that starts learns it from the file, and its Sync writes it to Redis. The file is
// what "jumun-server revoke --apply" takes. Make one with OpenBackup, and Run it once.
type Backup struct {
	path    string
	list    *List
	log     *slog.Logger
	written uint64      // the version of list that the file has
	tried   bool        // the file was written, or that failed: whether it can be is known at the start
	failed  bool        // writing it failed, and that was logged
	seen    fs.FileInfo // of the file as it was last read or written here; nil: there was none
	changed chan struct{}
}

// OpenBackup makes list know what the file at path has, which need not exist. If path is empty, there is no
// file. What of the file cannot be read is kept aside in path.bad. An error means that the file is there and
// cannot be opened: nobody knows what it has.
func OpenBackup(path string, list *List, log *slog.Logger) (*Backup, error) {
	b := &Backup{path: path, list: list, log: log, changed: make(chan struct{}, 1)}
	if path == "" {
		return b, nil
	}
	removeLeftovers(path)
	if err := b.merge(); err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrUnreadable, err)
	}
	return b, nil
}

// ErrUnreadable means that the file with the revocations is there and cannot be read: what was revoked might
// be valid again.
var ErrUnreadable = errors.New("the revocations beside the key file cannot be read")

// merge makes the list know what the file has, if somebody else has written it since.
func (b *Backup) merge() error {
	info, err := os.Stat(b.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() || err == nil && b.seen != nil && os.SameFile(info, b.seen) {
		return nil
	}
	if err != nil {
		return err
	}
	kept, broken, err := readBackup(b.path)
	if err != nil {
		return err
	}
	b.list.Recall(kept)
	b.seen = info
	if broken > 0 {
		b.log.Error("the file of revocations is damaged: what can be read of it is known, and a copy is kept; what only it had may be valid again",
			"file", b.path, "read", len(kept), "damaged", broken, "copy", setAside(b.path))
	}
	return nil
}

// Changed says that the list may have changed.
func (b *Backup) Changed() {
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

// Run writes the file whenever the list has changed, until ctx ends.
func (b *Backup) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-b.changed:
			began := time.Now()
			b.write()
			wait.For(ctx, max(backupEvery, backupShare*time.Since(began)))
		}
	}
	if b.tried {
		b.write()
	}
	return nil
}

// write writes the file if the list has changed.
func (b *Backup) write() {
	version := b.list.changes()
	if b.path == "" || b.tried && version == b.written {
		return
	}
	b.tried = true
	err := b.merge() // another server, or another installation, may have the same file
	if err == nil {
		err = writeBackup(b.path, b.list.stamps())
	}
	switch {
	case err == nil:
		b.written, b.failed = version, false
		b.seen, _ = os.Stat(b.path) // without it the file is read again
	case !b.failed:
		b.failed = true
		b.log.Warn("REVOCATIONS ARE NOT KEPT IN A FILE: if Redis is restored from a backup while no server runs, what was revoked since is valid again; "+
			"keep the output of \"jumun-server revoke --list --json\" with the backups of Redis, and run \"jumun-server revoke --apply FILE\" after a restore",
			"file", b.path, "err", err)
	}
}

// writeBackup replaces the file at path, so that it is whole whenever the machine stops. Only this user may
// read it.
func writeBackup(path string, all []stamp) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it has the other name
	err = errors.Join(encodeBackup(f, all), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// encodeBackup writes one revocation a line, for people who look for one.
func encodeBackup(to io.Writer, all []stamp) error {
	w := bufio.NewWriter(to)
	_, _ = w.WriteString(backupBegin) // a bufio.Writer keeps its error for Flush
	for i, each := range all {
		line, err := json.Marshal(each.revocation())
		if err != nil {
			return fmt.Errorf("write a revocation: %w", err)
		}
		if i > 0 {
			_ = w.WriteByte(',')
		}
		_ = w.WriteByte('\n')
		_, _ = w.Write(line)
	}
	_, _ = w.WriteString("\n" + backupEnd + "\n")
	return w.Flush()
}
