package platform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/godbus/dbus/v5"
)

// The parts of a desktop that put a PC to sleep. systemd-logind does it by itself on few desktops;
// most of them count the idle time themselves, and heed only who asks them.
const (
	logind       = "org.freedesktop.login1"          // inhibitor locks: https://systemd.io/INHIBITOR_LOCKS
	gnomeSession = "org.gnome.SessionManager"        // GNOME, Cinnamon, MATE
	powerManager = "org.freedesktop.PowerManagement" // KDE, Xfce
	screenSaver  = "org.freedesktop.ScreenSaver"     // all of these, for the screen
	portal       = "org.freedesktop.portal.Desktop"  // https://flatpak.github.io/xdg-desktop-portal
)

// idleCounters put a PC to sleep after a time without input, whatever locks logind has given out.
var idleCounters = []string{
	"org.gnome.SettingsDaemon.Power", "org.cinnamon.SettingsDaemon.Power", "org.mate.PowerManager",
	"org.xfce.PowerManager", "org.kde.Solid.PowerManagement",
}

// noSuspend is the flag of gnomeSession and portal for a PC that must not sleep.
const noSuspend uint32 = 4

// why is shown by systemd-inhibit and by the desktop's battery menu.
const why = "orders must ring"

// An inhibitor asks the parts of the desktop. What they grant ends with the connection to the bus, or
// when the descriptor is closed: also if this process dies. The zero inhibitor is ready to use.
type inhibitor struct {
	lock    *os.File
	session *dbus.Conn
}

// set replaces what was asked before: first the new is taken, then the old let go.
func (i *inhibitor) set(ctx context.Context, w Wakefulness) error {
	old := *i
	defer old.close()
	*i = inhibitor{}
	if w == MaySleep {
		return nil
	}
	lockErr := i.takeLock(ctx)
	sessionErr := i.askSession(ctx, w)
	switch {
	case sessionErr == nil:
		return nil
	case lockErr != nil:
		return fmt.Errorf("neither logind (%w) nor the desktop (%w) keeps this PC awake", lockErr, sessionErr)
	case countsItself(ctx, i.session):
		return fmt.Errorf("the desktop, which does not heed logind, does not keep this PC awake: %w", sessionErr)
	}
	return nil
}

func (i *inhibitor) close() {
	if i.lock != nil {
		_ = i.lock.Close()
	}
	if i.session != nil {
		_ = i.session.Close()
	}
}

// takeLock keeps logind from its idle action. Who presses the button or closes the lid still may.
func (i *inhibitor) takeLock(ctx context.Context) error {
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		return err
	}
	defer bus.Close() // the lock is the descriptor
	i.lock, err = inhibit(ctx, bus, "idle", why, "block")
	return err
}

// askSession asks whichever part of the desktop answers.
func (i *inhibitor) askSession(ctx context.Context, w Wakefulness) (err error) {
	if i.session, err = dbus.ConnectSessionBus(); err != nil {
		return err
	}
	if w == ScreenOn {
		_ = ask(ctx, i.session, screenSaver, "/org/freedesktop/ScreenSaver", screenSaver+".Inhibit", "jumun", why).Err // a dark screen does not silence an order
	}
	gnome := ask(ctx, i.session, gnomeSession, "/org/gnome/SessionManager", gnomeSession+".Inhibit", "jumun", uint32(0), why, noSuspend).Err
	power := ask(ctx, i.session, powerManager, "/org/freedesktop/PowerManagement/Inhibit", powerManager+".Inhibit.Inhibit", "jumun", why).Err
	if gnome == nil || power == nil {
		return nil
	}
	options := map[string]dbus.Variant{"reason": dbus.MakeVariant(why)}
	other := ask(ctx, i.session, portal, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Inhibit.Inhibit", "", noSuspend, options).Err
	if other == nil {
		return nil
	}
	return errors.Join(gnome, power, other)
}

// countsItself reports whether one of the idleCounters runs in a session.
func countsItself(ctx context.Context, session *dbus.Conn) bool {
	if session == nil {
		return false
	}
	var names []string
	const bus = "org.freedesktop.DBus"
	err := ask(ctx, session, bus, "/org/freedesktop/DBus", bus+".ListNames").Store(&names)
	return err == nil && slices.ContainsFunc(idleCounters, func(name string) bool { return slices.Contains(names, name) })
}

func ask(ctx context.Context, bus *dbus.Conn, name, path, method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return bus.Object(name, dbus.ObjectPath(path)).CallWithContext(ctx, method, 0, args...)
}
