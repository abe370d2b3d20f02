//go:build linux || freebsd || openbsd || netbsd

package settings

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"time"

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

// askAgain is how soon a keychain that has not changed is asked again: seldom enough for a person who closes
// the window that each question may open.
func askAgain() time.Duration { return 2 * time.Minute }

// keychainState returns something that changes when the keychain comes up, goes, is locked or unlocked. It
// asks nobody for a password, and starts no keychain.
func keychainState(ctx context.Context) string {
	if !mayHaveKeychain() {
		return "none"
	}
	bus, err := dbus.SessionBus()
	if err != nil {
		return "no bus"
	}
	var owner string
	if bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, secretsName).Store(&owner) != nil {
		return "away"
	}
	collection := dbus.ObjectPath("/")
	_ = bus.Object(owner, secretsPath).CallWithContext(ctx, secretsService+".ReadAlias", 0, "default").Store(&collection)
	if collection == "/" {
		collection = loginCollection
	}
	var locked bool
	err = bus.Object(owner, collection).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, "org.freedesktop.Secret.Collection", "Locked").Store(&locked)
	switch {
	case err != nil:
		return owner + " has no collection"
	case locked:
		return owner + " is locked"
	}
	return owner + " is open"
}

// keychainSignals returns what the Secret Service signals, and when it comes or goes. The signals have a
// connection of their own: on the shared one, the library takes any signal for the answer to its prompt.
func keychainSignals(ctx context.Context) (signals <-chan *dbus.Signal, stop func()) {
	if !mayHaveKeychain() {
		return nil, func() {}
	}
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return nil, func() {}
	}
	all := make(chan *dbus.Signal, 16) // more wait in the library
	bus.Signal(all)
	// Without signals, looking now and then has to do.
	_ = bus.AddMatchSignal(dbus.WithMatchPathNamespace(secretsPath))
	_ = bus.AddMatchSignal(dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName))
	return all, func() { _ = bus.Close() }
}

// isAbsent reports whether err means that there is no Secret Service on the bus, or no bus.
func isAbsent(err error) bool {
	if dial := new(net.OpError); errors.As(err, &dial) && dial.Op == "dial" {
		return true
	}
	busError := dbus.Error{}
	return errors.As(err, &busError) && busError.Name == "org.freedesktop.DBus.Error.ServiceUnknown"
}
