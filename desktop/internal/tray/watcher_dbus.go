//go:build linux || freebsd || openbsd || netbsd

package tray

import "github.com/godbus/dbus/v5"

// watcher is the name of the part of a panel with which items register.
const watcher = "org.kde.StatusNotifierWatcher"

// watcherSignals matches the signal that the watcher's name has another owner.
func watcherSignals() []dbus.MatchOption {
	return []dbus.MatchOption{
		dbus.WithMatchSender("org.freedesktop.DBus"),
		dbus.WithMatchInterface("org.freedesktop.DBus"),
		dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, watcher),
	}
}

// registerWithNewPanel registers the icon if the signal reports a new panel. The library does so
// too, but it looks for a panel before it listens for one, and misses a panel that comes in
// between: at login, both start at once. Panels ignore a second registration.
func (s *busSession) registerWithNewPanel(signal *dbus.Signal) {
	if signal.Name != "org.freedesktop.DBus.NameOwnerChanged" || len(signal.Body) != 3 {
		return
	}
	if name, _ := signal.Body[0].(string); name != watcher {
		return
	}
	if owner, _ := signal.Body[2].(string); owner == "" {
		return // the panel went
	}
	// Nobody waits for the answer: a panel that hangs must not hold up the icon.
	s.conn.Object(watcher, "/StatusNotifierWatcher").Go(watcher+".RegisterStatusNotifierItem",
		dbus.FlagNoReplyExpected|dbus.FlagNoAutoStart, nil, "/StatusNotifierItem")
}
