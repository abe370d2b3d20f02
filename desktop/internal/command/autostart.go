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

// updateAutostart sets the path of this executable, which may have been moved. An autostart
// that a person turned off in the system's own settings stays off.
func updateAutostart() error {
	on, err := platform.Autostart()
	if err != nil || !on {
		return err
	}
	return setAutostart(true)
}
