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

// mayHaveKeychain reports whether the session has a bus. Without one, or with one that is
// launched at the first call, the library would start a bus of its own, with no keychain
// on it.
func mayHaveKeychain() bool {
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

// findCollection returns an error if there is no collection for secrets. A PC with
// automatic login may have none, and the library would take that for a locked one.
func findCollection() error {
	bus, err := dbus.SessionBus() // the same connection as the library's
	if err != nil {
		return err
	}
	service := bus.Object(secretsName, secretsPath)
	var alias dbus.ObjectPath
	if err := service.Call(secretsService+".ReadAlias", 0, "default").Store(&alias); err != nil || alias != "/" {
		return err
	}
	var collections []dbus.ObjectPath
	if err := service.StoreProperty(secretsService+".Collections", &collections); err != nil || slices.Contains(collections, loginCollection) {
		return err
	}
	return errNoKeychain
}

// isAbsent reports whether err means that there is no Secret Service on the bus, or no bus.
func isAbsent(err error) bool {
	if dial := new(net.OpError); errors.As(err, &dial) && dial.Op == "dial" {
		return true
	}
	busError := dbus.Error{}
	return errors.As(err, &busError) && busError.Name == "org.freedesktop.DBus.Error.ServiceUnknown"
}
