package command

import (
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/update"
)

// setAutostart makes the system start this executable when this user logs in, or no longer.
func setAutostart(on bool) error {
	self, err := platform.Executable()
	if err != nil && on {
		return err
	}
	return platform.SetAutostart(update.Home(self), on)
}

// updateAutostart sets the path of this executable, which may have been moved. It returns why the
// executable does not start at login.
func updateAutostart() error {
	self, err := platform.Executable()
	if err != nil {
		return err
	}
	return platform.UpdateAutostart(update.Home(self))
}
