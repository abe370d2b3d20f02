package player

import (
	"errors"

	"golang.org/x/sys/windows"
)

// findDevice returns an error if there is no sound device. Nothing else would show it: with
// no device at the start, or after the last one was unplugged, the driver pulls samples at
// the right pace and drops them.
func findDevice() error {
	devices := windows.NewLazySystemDLL("winmm.dll").NewProc("waveOutGetNumDevs")
	if err := devices.Find(); err != nil {
		return err
	}
	if n, _, _ := devices.Call(); n == 0 {
		return errors.New("there is no sound device")
	}
	return nil
}
