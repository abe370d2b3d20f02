package platform

// Session names the desktop session of a process with this environment, to tell two sessions of one
// user apart; "" if it has none, or the system does not name them: systemd does (pam_systemd(8)).
func Session(getenv func(string) string) string {
	if getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "" { // by ssh or cron: nobody sees a popup there
		return ""
	}
	return getenv("XDG_SESSION_ID")
}
