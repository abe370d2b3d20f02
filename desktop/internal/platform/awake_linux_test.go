package platform

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// A fakeLogind stands in for systemd-logind, and a fakeSession for the session manager of GNOME: a bus
// without a booted system and a desktop has neither. They record what they are asked for.
type fakeLogind struct {
	asked chan string
	locks chan [2]*os.File // each lock: the first end reads EOF when the second is closed everywhere
}

func (f fakeLogind) Inhibit(what, who, why, mode string) (dbus.UnixFD, *dbus.Error) {
	r, w, err := os.Pipe()
	if err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	fd := dbus.UnixFD(w.Fd())
	f.asked <- what + " " + who + " " + mode
	f.locks <- [2]*os.File{r, w}
	return fd, nil
}

type fakeSession struct{ asked chan uint32 }

func (f fakeSession) Inhibit(app string, window uint32, reason string, flags uint32) (uint32, *dbus.Error) {
	f.asked <- flags
	return 1, nil
}

func serve(t *testing.T, bus *dbus.Conn, object any, name, path, iface string) {
	t.Helper()
	if err := bus.Export(object, dbus.ObjectPath(path), iface); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
}

// keeping starts an AwakeKeeper on a bus of its own, and returns what it tells.
func keeping(t *testing.T) (k *AwakeKeeper, told chan error) {
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	told = make(chan error, 8)
	k = NewAwakeKeeper(func(_ Wakefulness, err error) { told <- err })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); k.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	return k, told
}

func next[T any](t *testing.T, from <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(30 * time.Second):
		t.Fatalf("never: %s", what)
	}
	return v
}

func TestThePCIsKeptAwakeByALockOfLogindUntilItMaySleep(t *testing.T) {
	bus := startBus(t)
	f := fakeLogind{make(chan string, 8), make(chan [2]*os.File, 8)}
	serve(t, bus, f, logind, "/org/freedesktop/login1", logind+".Manager")
	k, told := keeping(t)
	k.Keep(Awake)
	if asked := next(t, f.asked, "a lock"); asked != "idle jumun block" {
		t.Errorf("asked for %q", asked)
	}
	if err := next(t, told, "the answer"); err != nil {
		t.Error(err)
	}
	lock := next(t, f.locks, "the lock")
	t.Cleanup(func() { lock[0].Close() })
	lock[1].Close() // the AwakeKeeper has received a descriptor of its own
	k.Keep(MaySleep)
	next(t, told, "the end")
	if n, err := lock[0].Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("the lock is held on: %d, %v", n, err)
	}
}

func TestADesktopThatCountsIdleTimeItselfHeedsNoLockOfLogind(t *testing.T) {
	bus := startBus(t)
	serve(t, bus, fakeLogind{make(chan string, 8), make(chan [2]*os.File, 8)}, logind, "/org/freedesktop/login1", logind+".Manager")
	if _, err := bus.RequestName("org.xfce.PowerManager", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	k, told := keeping(t)
	k.Keep(Awake)
	if err := next(t, told, "the answer"); err == nil {
		t.Error("it may fall asleep, and nobody is told")
	}
}

func TestADesktopWithoutLogindIsAskedItself(t *testing.T) {
	bus := startBus(t)
	f := fakeSession{make(chan uint32, 8)}
	serve(t, bus, f, gnomeSession, "/org/gnome/SessionManager", gnomeSession)
	k, told := keeping(t)
	k.Keep(ScreenOn)
	if flags := next(t, f.asked, "the session manager is asked"); flags != noSuspend {
		t.Errorf("flags %d", flags)
	}
	if err := next(t, told, "the answer"); err != nil {
		t.Error(err)
	}
}

func TestAPCThatNothingKeepsAwakeIsTold(t *testing.T) {
	startBus(t)
	k, told := keeping(t)
	k.Keep(Awake)
	if err := next(t, told, "the answer"); err == nil {
		t.Error("nobody keeps it awake, and nobody is told")
	}
}
