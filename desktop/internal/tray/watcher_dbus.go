//go:build linux || freebsd || openbsd || netbsd

package tray

import "github.com/godbus/dbus/v5"

// watcher is the name of the panel's part that items register with.
const watcher = "org.kde.StatusNotifierWatcher"

// panelComes matches the signal that the watcher's name has another owner.
func watcherSignals() []dbus.MatchOption {
	return []dbus.MatchOption{
		dbus.WithMatchSender("org.freedesktop.DBus"),
		dbus.WithMatchInterface("org.freedesktop.DBus"),
		dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, watcher),
	}
}

// greet registers the icon with a panel that comes. The library does so too, but looks
// for a panel before it listens for one, and misses the one that comes in between: at
// login, both start at once. Panels take a second registration for the first.
func (s *busSession) registerWith(signal *dbus.Signal) {
	if signal.Name != "org.freedesktop.DBus.NameOwnerChanged" || len(signal.Body) != 3 {
		return
	}
	if name, _ := signal.Body[0].(string); name != watcher {
		return
	}
	if owner, _ := signal.Body[2].(string); owner == "" {
		return // it went
	}
	// Nobody waits for the answer: a panel that hangs must not hold the icon up.
	s.conn.Object(watcher, "/StatusNotifierWatcher").Go(watcher+".RegisterStatusNotifierItem",
		dbus.FlagNoReplyExpected|dbus.FlagNoAutoStart, nil, "/StatusNotifierItem")
}
