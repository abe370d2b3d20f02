package platform

import (
	"errors"
	"strings"
	"unicode"
)

// Autostart reports whether jumun starts when this user logs in. It does not if a person
// turned it off in the system's own settings.
//
// An executable can be moved: see UpdateAutostart.
func Autostart() (bool, error) { return isAutostarted() }

// UpdateAutostart makes the system start exe from now on if it starts jumun at login at all: exe may
// have been moved. Otherwise nothing changes, and it returns why exe does not start at login: ErrPassing,
// such as for a copy in the downloads, or ErrOff. What a person turned off elsewhere stays off.
func UpdateAutostart(exe string) error {
	switch on, err := Autostart(); {
	case err != nil:
		return err
	case isPassing(exe):
		return ErrPassing
	case !on:
		return ErrOff
	}
	return SetAutostart(exe, true)
}

// SetAutostart makes the system start exe, the path of an executable, without arguments
// when this user logs in, or no longer. It replaces what was set before, and writes nothing
// if nothing changes. Other users are not affected.
func SetAutostart(exe string, on bool) error {
	switch {
	case on && (exe == "" || strings.ContainsFunc(exe, unicode.IsControl)):
		return errBadExecutable
	case on && isPassing(exe):
		return ErrPassing
	}
	return setAutostart(exe, on)
}

// ErrPassing means that the executable will not be there at the next login.
var ErrPassing = errors.New("jumun lies in a temporary folder, in the downloads or on a medium that can be taken out: install it, or move it, and start it there")

// ErrOff means that nothing makes the system start jumun at login, or that a person turned it off in the
// system's own settings.
var ErrOff = errors.New("the start of jumun at login is not set, or was turned off")

var errBadExecutable = errors.New("the system cannot start an executable with this path at login")

// agentLabel is the name of our launch agent on macOS.
const agentLabel = "kr.jumun.desktop"
