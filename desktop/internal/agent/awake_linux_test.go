package agent

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
	"jumun/desktop/internal/tray"
	"jumun/shared/wire"
)

// A fakeLogind stands in for systemd-logind, which a machine for tests does not have.
type fakeLogind struct {
	bus   *dbus.Conn
	asked chan string // what for
	locks chan *os.File
}

func (f fakeLogind) Inhibit(what, _, _, _ string) (dbus.UnixFD, *dbus.Error) {
	r, w, err := os.Pipe()
	if err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	fd := dbus.UnixFD(w.Fd())
	f.asked <- what
	f.locks <- r
	f.locks <- w
	return fd, nil
}

// startLogind starts a system bus with a fakeLogind.
func startLogind(t *testing.T) fakeLogind {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("dbus-daemon is needed; make test installs it: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", strings.TrimSpace(address))
	bus, err := dbus.Connect(strings.TrimSpace(address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	f := fakeLogind{bus, make(chan string, 64), make(chan *os.File, 64)}
	if err := bus.Export(f, "/org/freedesktop/login1", "org.freedesktop.login1.Manager"); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName("org.freedesktop.login1", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return f
}

// prepare says that the PC is about to sleep, or is awake.
func (f fakeLogind) prepare(t *testing.T, sleeps bool) {
	t.Helper()
	for what := ""; what != "sleep"; { // now that is listened to
		select {
		case what = <-f.asked:
		case <-time.After(30 * time.Second):
			t.Fatal("nobody wants to know when the PC sleeps")
		}
	}
	if err := f.bus.Emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", sleeps); err != nil {
		t.Fatal(err)
	}
}

func TestThePCSaysThatItFallsAsleepAndThatItIsAwake(t *testing.T) {
	logind, server := startLogind(t), openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { platform.WatchSleep(ctx, a.fallAsleep, a.woke) })
	t.Cleanup(func() { cancel(); watching.Wait() })
	until(t, a, "audible", func(ipc.Status) bool { return server.reported().Audible })
	logind.prepare(t, true)
	until(t, a, "asleep", func(ipc.Status) bool {
		p := server.reported()
		return p.AsleepSoon && !p.Audible && slices.Equal(p.Problems, []string{wire.PresenceAsleep})
	})
	logind.asked <- "sleep" // it is still listened to
	logind.prepare(t, false)
	until(t, a, "audible again", func(ipc.Status) bool { p := server.reported(); return p.Audible && !p.AsleepSoon })
}

func TestThePCIsKeptAwakeAndTheTestSaysSo(t *testing.T) {
	startLogind(t)
	a := openServer(t).connectedBy(t, t.TempDir(), "plays to the end", "shows")
	until(t, a, "awake", func(s ipc.Status) bool { return s.Awake && s.AwakeError == "" })
	if steps := tried(t, a); steps[ipc.StepAwake] != ipc.StepGood {
		t.Errorf("the test says %v", steps)
	}
	a.post(func() {
		s := a.settings
		s.Awake = false
		a.saved(s)
	})
	until(t, a, "it may sleep", func(s ipc.Status) bool { return !s.Awake })
	if steps := tried(t, a); steps[ipc.StepAwake] != "" {
		t.Errorf("a PC that may sleep is tested: %v", steps)
	}
}

func TestAPCThatTheSystemLetsSleepFailsTheTest(t *testing.T) {
	a := openServer(t).connectedBy(t, t.TempDir(), "plays to the end", "shows")
	until(t, a, "not awake, and told", func(s ipc.Status) bool { return !s.Awake && s.AwakeError != "" })
	if steps := tried(t, a); steps[ipc.StepAwake] != ipc.StepBad {
		t.Errorf("the test says %v", steps)
	}
	view := make(chan tray.View)
	a.post(func() { a.confirm(ipc.Key{Kind: ipc.CardTest}); view <- a.trayView(a.currentAlarm(time.Now())) })
	if got, want := <-view, a.Translator.Text("agent.may-sleep"); got.Status != want || got.Icon != ipc.IconAttention {
		t.Errorf("the tray shows %s and says %q, want %q", got.Icon, got.Status, want)
	}
}
