//go:build unix

package platform

import (
	"errors"
	"io/fs"
	"os"

	"jumun/desktop/internal/atomicfile"
)

// writeOrRemove writes text to the file at path, or removes the file. It writes nothing if
// the file has that text already.
func writeOrRemove(path, text string, write bool) error {
	if !write {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return nil
	}
	return atomicfile.Write(path, []byte(text), 0o644)
}
