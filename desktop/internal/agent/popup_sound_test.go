package agent

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
)

func TestThePopupsButtonPausesTheSoundAndLetsItRingAgain(t *testing.T) {
	a := running(t, "plays", "shows")
	pausedFor := func(d time.Duration) func(ipc.Status) bool {
		return func(s ipc.Status) bool {
			return d == 0 && s.Paused.IsZero() || d > 0 && time.Until(s.Paused) > d-time.Minute && time.Until(s.Paused) <= d
		}
	}
	a.placed(1001)
	a.post(func() { a.handleRequest(ipc.FromUI{PauseSound: true}) })
	until(t, a, "the sound is paused", pausedFor(10*time.Minute))
	shown := make(chan ipc.Popup)
	until(t, a, "the popup says so, with its card", func(ipc.Status) bool {
		a.post(func() { shown <- a.ui.popup })
		p := <-shown
		return !p.PausedUntil.IsZero() && len(p.Cards) == 1
	})
	a.post(func() { a.handleRequest(ipc.FromUI{ResumeSound: true}) })
	until(t, a, "it rings again", pausedFor(0))
}
