//go:build linux || freebsd || openbsd || netbsd

package settings

import (
	"errors"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// isReachable reports whether the session has a bus. Without one, or with one that is to
// be launched at the first call, the library would start a bus of its own, where nobody is.
func isReachable() bool {
	address := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	return address != "" && !strings.HasPrefix(address, "autolaunch:")
}

// The names and paths of the Secret Service API, draft 0.2, sections 3 and 12.
const (
	secretsName     = "org.freedesktop.secrets"
	secretsPath     = "/org/freedesktop/secrets"
	secretsService  = "org.freedesktop.Secret.Service"
	loginCollection = secretsPath + "/collection/login"
)

// open finds out whether there is a collection to keep secrets in. A PC that logs in by
// itself may have none, and the library would take it for one that is locked.
func open() error {
	bus, err := dbus.SessionBus() // the library's own
	if err != nil {
		return err
	}
	service := bus.Object(secretsName, secretsPath)
	var named dbus.ObjectPath
	if err := service.Call(secretsService+".ReadAlias", 0, "default").Store(&named); err != nil || named != "/" {
		return err
	}
	var all []dbus.ObjectPath
	if err := service.StoreProperty(secretsService+".Collections", &all); err != nil || slices.Contains(all, loginCollection) {
		return err
	}
	return errNoKeychain
}

// isAbsent reports whether err says that nothing on the bus keeps secrets, or that the bus
// is gone.
func isAbsent(err error) bool {
	if dial := new(net.OpError); errors.As(err, &dial) && dial.Op == "dial" {
		return true
	}
	said := dbus.Error{}
	return errors.As(err, &said) && said.Name == "org.freedesktop.DBus.Error.ServiceUnknown"
}
