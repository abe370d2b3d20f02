package platform

import (
	"errors"
	"strings"
	"unicode"
)

// Login says whether jumun starts when this user logs in. Where a person has turned it off
// in the system's own settings, it does not.
//
// To keep up with an executable that was moved, call SetLogin at every start for which
// Login says true: what a person turned off elsewhere then stays off.
func Login() (bool, error) { return startsAtLogin() }

// SetLogin has exe, the path of an executable, started without arguments when this user
// logs in, or no longer. It replaces what was set before, and writes nothing if that is
// the same; other users are not touched.
func SetLogin(exe string, on bool) error {
	if on && (exe == "" || strings.ContainsFunc(exe, unicode.IsControl)) {
		return errBadExecutable
	}
	return startAtLogin(exe, on)
}

var errBadExecutable = errors.New("this path of the executable cannot be started at login")

// agentLabel is our name among the programs that macOS starts.
const agentLabel = "kr.jumun.desktop"
