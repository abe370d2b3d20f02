package platform

import (
	"context"
	"os"
	"testing"

	"github.com/godbus/dbus/v5"
)

func TestThePCWaitsBeforeItSleepsUntilThatWasTold(t *testing.T) {
	bus := startBus(t)
	f := fakeLogind{make(chan string, 8), make(chan [2]*os.File, 8)}
	serve(t, bus, f, logind, logindPath, logindManager)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	told, tell := make(chan string), make(chan bool)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		WatchSleep(ctx, func() { told <- "sleeps"; <-tell }, func() { told <- "woke" })
	}()
	t.Cleanup(func() { cancel(); <-ended })
	for range 2 { // the lock is taken again
		if asked := next(t, f.asked, "a lock"); asked != "sleep jumun delay" {
			t.Errorf("asked for %q", asked)
		}
		lock := next(t, f.locks, "the lock")
		lock[1].Close() // WatchSleep has received a descriptor of its own, or will
		prepare(t, bus, true)
		if what := next(t, told, "that it sleeps"); what != "sleeps" {
			t.Errorf("told %q", what)
		}
		released := make(chan struct{})
		go func() {
			defer close(released)
			_, _ = lock[0].Read(make([]byte, 1))
		}()
		select {
		case <-released:
			t.Error("it may sleep before that was told")
		default:
		}
		tell <- true
		next(t, released, "the lock is given back")
		lock[0].Close()
		prepare(t, bus, false)
		if what := next(t, told, "that it is awake"); what != "woke" {
			t.Errorf("told %q", what)
		}
	}
}

func prepare(t *testing.T, bus *dbus.Conn, sleeps bool) {
	t.Helper()
	if err := bus.Emit(logindPath, logindManager+".PrepareForSleep", sleeps); err != nil {
		t.Fatal(err)
	}
}
