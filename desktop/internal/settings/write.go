package settings

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// write replaces the file at path, or leaves it as it was. Only this user may read it.
func write(path string, raw []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".settings-*") // mode 0600
	if err != nil {
		return err
	}
	// Data must be on the disk before its name is, or a power cut leaves an empty file.
	_, err = f.Write(append(raw, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
}

// syncDir puts the new name on the disk. Windows does it by itself and cannot be asked.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
