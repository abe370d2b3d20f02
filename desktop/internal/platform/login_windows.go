package platform

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// This was compiled, but never run on Windows.

const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
	runValue    = "jumun"
)

func startsAtLogin() (bool, error) {
	run, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false, missing(err)
	}
	defer run.Close()
	if _, _, err := run.GetStringValue(runValue); err != nil {
		return false, missing(err)
	}
	approved, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return true, missing(err)
	}
	defer approved.Close()
	// The task manager notes there what a person turned off: the first byte is odd then.
	note, _, err := approved.GetBinaryValue(runValue)
	return len(note) == 0 || note[0]%2 == 0, missing(err)
}

func startAtLogin(exe string, on bool) error {
	run, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE|registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer run.Close()
	if !on {
		return missing(run.DeleteValue(runValue))
	}
	command := `"` + exe + `"` // no path on Windows has a quotation mark
	if old, _, err := run.GetStringValue(runValue); err != nil || old != command {
		if err := run.SetStringValue(runValue, command); err != nil {
			return err
		}
	}
	approved, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if err != nil {
		return missing(err)
	}
	defer approved.Close()
	return missing(approved.DeleteValue(runValue))
}

// missing is err, unless that is only that something is not there.
func missing(err error) error {
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}
