package platform

import (
	"errors"
	"strings"

	"golang.org/x/sys/windows/registry"
)

// This file was compiled but never run on Windows.

const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
	runValue    = "jumun"
)

// atLogin is what follows the path: nobody has asked to see jumun, and two setups may start one each.
const atLogin = `" start --at-login`

// forAll returns the command by which a setup for all users starts jumun at login; "" if none does.
func forAll() string {
	run, err := registry.OpenKey(registry.LOCAL_MACHINE, runKey, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer run.Close()
	command, _, err := run.GetStringValue(runValue)
	if err != nil {
		return ""
	}
	return command
}

func isAutostarted() (bool, error) {
	if forAll() != "" {
		return true, nil
	}
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
	command := `"` + exe + atLogin // a path on Windows cannot contain a quotation mark
	old, _, err := run.GetStringValue(runValue)
	if !on || strings.EqualFold(forAll(), command) && strings.EqualFold(old, command) { // it need not start twice
		return ignoreMissing(run.DeleteValue(runValue))
	}
	if strings.EqualFold(forAll(), command) { // the other one is this user's own
		return nil
	}
	if err != nil || old != command {
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
