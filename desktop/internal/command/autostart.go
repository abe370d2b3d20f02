package command

import (
	"os"

	"jumun/desktop/internal/platform"
)

// setAutostart makes the system start this executable when this user logs in, or no longer.
func setAutostart(on bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return platform.SetAutostart(self, on)
}

// updateAutostart sets the path of this executable, which may have been moved.
func updateAutostart() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return platform.UpdateAutostart(self)
}
