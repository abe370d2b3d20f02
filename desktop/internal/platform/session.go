package platform

import "strings"

// NoDesktop is the Session of a process without a desktop.
const NoDesktop = "none"

// Session names the desktop session of a process with this environment, to tell two sessions of one
// user apart; "" if the system does not name it: systemd does (pam_systemd(8)). A login by ssh is no
// desktop, though it may show windows on the screen of who logged in: they go with the login.
func Session(getenv func(string) string) string {
	if getenv("SSH_CONNECTION") != "" || !hasScreen(getenv) {
		return NoDesktop
	}
	return getenv("XDG_SESSION_ID")
}

// hasScreen reports whether the screen of a process with this environment is that of its session. With
// XDMCP it is another computer's.
func hasScreen(getenv func(string) string) bool {
	host, _, isX := strings.Cut(getenv("DISPLAY"), ":") // X(7): a local one has no host, or "unix"
	kind := getenv("XDG_SESSION_TYPE")
	return getenv("WAYLAND_DISPLAY") != "" || isX && (host == "" || host == "unix" || kind == "x11" || kind == "wayland")
}

// IsOtherDesktop reports whether a process whose Session is other runs on another desktop than one whose Session
// is own. What is not named may be the same.
func IsOtherDesktop(other, own string) bool {
	return other != "" && other != NoDesktop && own != "" && other != own
}
