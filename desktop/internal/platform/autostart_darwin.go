package platform

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// This file was compiled but never run on macOS.

func agentFile() (string, error) {
	home, err := os.UserHomeDir()
	return filepath.Join(home, "Library", "LaunchAgents", agentLabel+".plist"), err
}

func isAutostarted() (bool, error) {
	path, err := agentFile()
	if err != nil {
		return false, err
	}
	_, err = os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func setAutostart(exe string, on bool) error {
	path, err := agentFile()
	if err != nil {
		return err
	}
	return writeOrRemove(path, launchAgent(exe), on)
}
