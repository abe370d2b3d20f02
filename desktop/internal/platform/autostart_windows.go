package platform

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// This file was compiled but never run on Windows.

const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
	runValue    = "jumun"
)

func isAutostarted() (bool, error) {
	run, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false, ignoreMissing(err)
	}
	defer run.Close()
	if _, _, err := run.GetStringValue(runValue); err != nil {
		return false, ignoreMissing(err)
	}
	approved, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return true, ignoreMissing(err)
	}
	defer approved.Close()
	// The task manager writes there what a person turned off: the first byte is then odd.
	state, _, err := approved.GetBinaryValue(runValue)
	return len(state) == 0 || state[0]%2 == 0, ignoreMissing(err)
}

func setAutostart(exe string, on bool) error {
	run, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE|registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer run.Close()
	if !on {
		return ignoreMissing(run.DeleteValue(runValue))
	}
	command := `"` + exe + `"` // a path on Windows cannot contain a quotation mark
	if old, _, err := run.GetStringValue(runValue); err != nil || old != command {
		if err := run.SetStringValue(runValue, command); err != nil {
			return err
		}
	}
	approved, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if err != nil {
		return ignoreMissing(err)
	}
	defer approved.Close()
	return ignoreMissing(approved.DeleteValue(runValue))
}

// ignoreMissing returns err, or nil if err says that the key or value does not exist.
func ignoreMissing(err error) error {
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}
