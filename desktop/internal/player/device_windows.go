package player

import (
	"errors"

	"golang.org/x/sys/windows"
)

// present says whether there is any sound device. Without one the driver pulls samples at
// the right pace and drops them, at the start as well as after the last was unplugged:
// nothing else could tell.
func present() error {
	devices := windows.NewLazySystemDLL("winmm.dll").NewProc("waveOutGetNumDevs")
	if err := devices.Find(); err != nil {
		return err
	}
	if n, _, _ := devices.Call(); n == 0 {
		return errors.New("Windows has no sound device")
	}
	return nil
}
