package agent

import (
	"os"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
)

// isNotified waits until the system's notification has as many cards.
func isNotified(t *testing.T, a *Agent, cards int) {
	t.Helper()
	until(t, a, "notified", func(ipc.Status) bool {
		notified := make(chan int)
		a.post(func() { notified <- len(a.notified.popup.Cards) })
		return <-notified == cards
	})
}

// impatient starts an agent that gives its children up soon.
func impatient(t *testing.T, player, ui string) *Agent {
	t.Helper()
	a := running(t, player, ui)
	a.post(func() { a.patience = ipc.AliveInterval + time.Second })
	return a
}

func TestAWindowThatShowsNothingIsToldAndReplaced(t *testing.T) {
	a := running(t, "plays", "shows nothing")
	a.placed(1001)
	var first int
	until(t, a, "told", func(s ipc.Status) bool { first = s.UI.PID; return s.UI.State == ipc.ChildFailed && s.UI.PID != 0 })
	isNotified(t, a, 1)
	a.post(func() { _ = os.Setenv("UI", "shows") })
	until(t, a, "replaced", func(s ipc.Status) bool { return s.UI.State == ipc.ChildRunning && s.UI.PID != first })
	isNotified(t, a, 0)
}

func TestAWindowThatHangsIsReplaced(t *testing.T) {
	a := impatient(t, "plays", "shows, then hangs")
	a.placed(1001)
	var first int
	until(t, a, "shown", func(s ipc.Status) bool { first = s.UI.PID; return s.UI.State == ipc.ChildRunning && s.UI.Count == 1 })
	a.post(func() { _ = os.Setenv("UI", "shows") })
	until(t, a, "replaced", func(s ipc.Status) bool { return s.UI.State == ipc.ChildRunning && s.UI.PID != first })
}

func TestAPlayerThatGoesSilentIsReplaced(t *testing.T) {
	a := impatient(t, "goes silent", "shows")
	a.placed(1001)
	var first int
	until(t, a, "running", func(s ipc.Status) bool { first = s.Player.PID; return s.Player.State == ipc.ChildRunning })
	a.post(func() { _ = os.Setenv("PLAYER", "plays") })
	until(t, a, "replaced", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning && s.Player.PID != first })
}

func TestAChildThatCannotBeEndedIsLeftAlone(t *testing.T) {
	a := impatient(t, "cannot be ended", "shows")
	a.placed(1001)
	var first int
	until(t, a, "running", func(s ipc.Status) bool { first = s.Player.PID; return s.Player.State == ipc.ChildRunning })
	a.post(func() { _ = os.Setenv("PLAYER", "plays") })
	until(t, a, "told", func(s ipc.Status) bool { return s.Player.State == ipc.ChildFailed })
	until(t, a, "the next one sounds", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning && s.Player.PID != first })
}

func TestQuittingDoesNotWaitForAChildThatCannotBeEnded(t *testing.T) {
	a := impatient(t, "cannot be ended", "shows")
	a.placed(1001)
	until(t, a, "running", func(s ipc.Status) bool { return s.Player.State == ipc.ChildRunning })
	asked := time.Now()
	a.stop()
	if took := time.Since(asked); took > 15*time.Second {
		t.Errorf("the end took %v", took)
	}
}

func TestWhenAChildCountsAsSilent(t *testing.T) {
	now := time.Now()
	tests := []struct {
		name  string
		after time.Duration // since its deadline
		kills bool
		next  time.Duration // from now to the deadline after it
	}{
		{"before its deadline", -time.Second, false, time.Second},
		{"at its deadline", 0, true, 0},
		{"the loop was a little late", aliveTimeout, true, 0},
		{"the PC slept", time.Hour, false, aliveTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			killed := false
			c := &child{patience: aliveTimeout, deadline: now.Add(-tt.after), kill: func() { killed = true }}
			if got := c.killIfSilent(now); got != tt.kills || killed != tt.kills {
				t.Fatalf("killed: %v", got)
			}
			if again := c.killIfSilent(now); again || !tt.kills && c.deadline.Sub(now) != tt.next {
				t.Errorf("again: %v; the deadline is in %v", again, c.deadline.Sub(now))
			}
		})
	}
}
