// Package atomicfile replaces a file as a whole: after a crash, a power cut or an error, the
// file has either its old content or the new one.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Write replaces the file at path with data. It creates the folder if there is none, with
// mode 0700. When Write returns nil, the new content is on the disk. Beside the file it uses
// a temporary one with another extension, which it removes after an error.
func Write(path string, data []byte, perm fs.FileMode) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".jumun-*")
	if err != nil {
		return err
	}
	// The data must be on the disk before its name is, or a power cut leaves an empty file.
	_, err = f.Write(data)
	err = errors.Join(err, setMode(f, perm), f.Sync(), f.Close())
	if err == nil {
		err = Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return SyncDir(dir)
}

// setMode does nothing on Windows, where Go's Chmod could only set a file read-only.
func setMode(f *os.File, perm fs.FileMode) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	return f.Chmod(perm)
}

// SyncDir puts the names in a folder on the disk. Windows has no call for that, and its file system
// keeps a journal of renames.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
