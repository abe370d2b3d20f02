//go:build unix

package agent

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// hungFile returns the path of a named pipe without a writer: opening it waits for ever, as on a drive
// in the network that hangs.
func hungFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hung")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// turns fails unless the loop answers at once.
func turns(t *testing.T, a *Agent) {
	t.Helper()
	turned := make(chan struct{})
	a.post(func() { close(turned) })
	select {
	case <-turned:
	case <-time.After(2 * time.Second): // the files take 5 s and more
		t.Fatal("the loop does not turn")
	}
}

func TestACAFileOnADriveThatHangsHoldsUpNoOrder(t *testing.T) {
	s := openServer(t).settings()
	a := running(t, "plays", "hangs")
	s.CA = hungFile(t)
	problems := make(chan map[string]string, 1)
	a.post(func() { a.checkFiles(s, func(found map[string]string) { problems <- found }) })
	turns(t, a)
	a.placed(1001)
	until(t, a, "ringing", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning })
	if got := (<-problems)["ca"]; got != a.Translator.Text("client.slow-ca") {
		t.Errorf("people read %q", got)
	}
}

func TestASoundOnADriveThatHangsHoldsUpNoOrder(t *testing.T) {
	a := running(t, "plays", "hangs")
	hung := make(chan struct{})
	t.Cleanup(func() { close(hung) })
	a.post(func() {
		a.CheckSound = func(*i18n.Translator, string) error { <-hung; return nil }
		s := whole(a.settings)
		s.Sound = hungFile(t)
		a.saved(s)
	})
	turns(t, a)
	a.placed(1001)
	until(t, a, "ringing", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning })
}

func TestAConnectionThatWaitsForACAFileIsReplacedAtOnce(t *testing.T) {
	s := openServer(t).settings()
	a := running(t, "plays", "shows")
	a.post(func() {
		hung := s
		hung.CA = hungFile(t)
		a.applySettings(hung) // as after a restart with these settings
	})
	turns(t, a)
	a.post(func() { a.applySettings(s) })
	turns(t, a)
	until(t, a, "connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
}

func TestAFileIsExportedToADriveThatHangsBesideTheLoop(t *testing.T) {
	a := running(t, "plays", "shows")
	a.post(func() { a.export(ipc.Export{Path: hungFile(t)}) })
	turns(t, a)
}

func TestWhatHangsBesideTheLoopIsTold(t *testing.T) {
	a := running(t, "plays", "shows")
	hung, told := make(chan struct{}), make(chan error)
	t.Cleanup(func() { close(hung) })
	a.beside(10*time.Millisecond, func() error { <-hung; return nil }, func(err error) { told <- err })
	if err := <-told; driveText(a.Translator, err) != a.Translator.Text("agent.drive-slow") {
		t.Error(err)
	}
}
