//go:build !windows

package settings

import (
	"os"
	"path/filepath"
)

// Path returns the path of this user's settings. Everything else that jumun keeps lies beside them. An error
// means that the environment variable HOME is missing.
func Path() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "jumun", fileName), err
}
