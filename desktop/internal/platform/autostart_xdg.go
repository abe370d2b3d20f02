//go:build !windows && !darwin

package platform

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

func autostartFile() (string, error) {
	dir, err := os.UserConfigDir() // $XDG_CONFIG_HOME, or ~/.config
	return filepath.Join(dir, "autostart", "jumun.desktop"), err
}

func isAutostarted() (bool, error) {
	path, err := autostartFile()
	if err != nil {
		return false, err
	}
	entry, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return isEnabled(string(entry)), err
}

func setAutostart(exe string, on bool) error {
	path, err := autostartFile()
	if err != nil {
		return err
	}
	return writeOrRemove(path, desktopEntry(exe), on)
}
