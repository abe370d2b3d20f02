package platform

import (
	"context"
	"os"
	"time"

	"github.com/godbus/dbus/v5"

	"jumun/desktop/internal/wait"
)

const (
	logindPath    = "/org/freedesktop/login1"
	logindManager = logind + ".Manager"
)

// listenAgain is the pause before a system bus is looked for again.
const listenAgain = time.Minute

// WatchSleep calls sleeps each time this PC is about to fall asleep, and woke once it is awake again or did not fall
// asleep after all, until ctx ends. This PC falls asleep when sleeps has returned, or after InhibitDelayMaxSec
// (logind.conf(5)), which is 5 seconds.
func WatchSleep(ctx context.Context, sleeps, woke func()) {
	for ctx.Err() == nil {
		watchSleep(ctx, sleeps, woke)
		wait.For(ctx, listenAgain)
	}
}

// watchSleep returns when there is no system bus any more.
func watchSleep(ctx context.Context, sleeps, woke func()) {
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		return // it never sleeps, or nobody tells
	}
	defer bus.Close()
	defer context.AfterFunc(ctx, func() { _ = bus.Close() })()
	signals := make(chan *dbus.Signal, 8) // the library drops signals when it is full: two of them an hour are many
	bus.Signal(signals)
	const signal = "PrepareForSleep"
	if bus.AddMatchSignal(dbus.WithMatchSender(logind), dbus.WithMatchInterface(logindManager), dbus.WithMatchMember(signal)) != nil {
		return
	}
	delay := takeDelay(ctx, bus)
	defer func() { _ = delay.Close() }()
	for s := range signals {
		if s.Name != logindManager+"."+signal || len(s.Body) != 1 {
			continue
		}
		if s.Body[0] == true {
			sleeps()
			_ = delay.Close() // from now on it may sleep
			continue
		}
		_ = delay.Close() // it is closed, unless logind has told of the end alone
		delay = takeDelay(ctx, bus)
		woke()
	}
}

// takeDelay makes logind wait for us before a sleep, as long as the file is open. Without it, which is nil, what is
// told before a sleep may come too late.
func takeDelay(ctx context.Context, bus *dbus.Conn) *os.File {
	lock, err := inhibit(ctx, bus, "sleep", "the head office is told", "delay")
	if err != nil {
		return nil
	}
	return lock
}

// inhibit takes an inhibitor lock of logind: https://systemd.io/INHIBITOR_LOCKS.
func inhibit(ctx context.Context, bus *dbus.Conn, what, why, mode string) (*os.File, error) {
	var fd dbus.UnixFD
	if err := ask(ctx, bus, logind, logindPath, logindManager+".Inhibit", what, "jumun", why, mode).Store(&fd); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "inhibitor lock"), nil
}
