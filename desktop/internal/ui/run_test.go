package ui

import (
	"testing"

	"fyne.io/fyne/v2/app"
)

// Fyne queues what is to be done at the end while it closes the queue.
func TestNothingIsQueuedAtTheEnd(t *testing.T) {
	a := app.NewWithID("kr.jumun.desktop.test")
	skipPreferences(a)
	l, ok := a.Lifecycle().(interface{ OnStopped() func() })
	if !ok || l.OnStopped() != nil {
		t.Errorf("Fyne still has something to do at the end, or does not tell: %v", ok)
	}
}
