//go:build !windows

package platform

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// place makes the file at path hold text, or makes it go. A power cut leaves the file as
// it was or as it should be.
func place(path, text string, there bool) error {
	if !there {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return nil
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil { // as the XDG Base Directory Specification has it
		return err
	}
	f, err := os.CreateTemp(dir, ".jumun-*") // without the ending by which desktops know the file
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
