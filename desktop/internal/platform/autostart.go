package platform

import (
	"errors"
	"strings"
	"unicode"
)

// Autostart reports whether jumun starts when this user logs in. It does not if a person
// turned it off in the system's own settings.
//
// An executable can be moved: at each start, if Autostart returns true, the caller should
// call SetAutostart again. What a person turned off elsewhere then stays off.
func Autostart() (bool, error) { return isAutostarted() }

// SetAutostart makes the system start exe, the path of an executable, without arguments
// when this user logs in, or no longer. It replaces what was set before, and writes nothing
// if nothing changes. Other users are not affected.
func SetAutostart(exe string, on bool) error {
	if on && (exe == "" || strings.ContainsFunc(exe, unicode.IsControl)) {
		return errBadExecutable
	}
	return setAutostart(exe, on)
}

var errBadExecutable = errors.New("the system cannot start an executable with this path at login")

// agentLabel is the name of our launch agent on macOS.
const agentLabel = "kr.jumun.desktop"
