package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"jumun/desktop/internal/atomicfile"
)

// Path returns the path of this user's settings. Everything else that jumun keeps lies beside them, below
// LocalAppData: what roams would make the next PC that this user signs in to a PC of this store. Earlier versions
// kept it in AppData, from where Path moves it once. An error means that neither is set.
func Path() (string, error) {
	local, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(local, "jumun")
	if roaming, err := os.UserConfigDir(); err == nil && !moved(filepath.Join(roaming, "jumun"), dir) {
		dir = filepath.Join(roaming, "jumun") // an agent of an earlier version runs there
	}
	return filepath.Join(dir, fileName), nil
}

// moved reports whether nothing is left in the old folder, or else moves it. The lock goes first, since it is open
// while an agent runs, and the settings last, since they show what is left to do.
func moved(old, dir string) bool {
	if _, err := os.Stat(filepath.Join(old, fileName)); errors.Is(err, fs.ErrNotExist) {
		return true
	}
	if _, err := os.Stat(filepath.Join(dir, fileName)); err == nil { // of two, the new one is in use
		return true
	}
	files, err := os.ReadDir(old)
	if err != nil || os.MkdirAll(dir, 0o700) != nil {
		return false
	}
	slices.SortFunc(files, func(a, b fs.DirEntry) int { return rank(a.Name()) - rank(b.Name()) })
	for _, f := range files {
		if atomicfile.Rename(filepath.Join(old, f.Name()), filepath.Join(dir, f.Name())) != nil {
			return false
		}
	}
	_ = os.Remove(old)
	return true
}

func rank(name string) int {
	switch name {
	case "jumun.lock":
		return 0
	case fileName:
		return 2
	}
	return 1
}
