package agent

import (
	"testing"

	"jumun/desktop/internal/ipc"
)

// seq returns the number of the popup that was sent last.
func (a *Agent) seq() int {
	seq := make(chan int)
	a.post(func() { seq <- a.ui.popup.Seq })
	return <-seq
}

func TestConfirmAllConfirmsTheOrdersOfThePopupThatAPersonSaw(t *testing.T) {
	a := running(t, "plays", "shows")
	onScreen := func(n int64) func(ipc.Status) bool { return func(s ipc.Status) bool { return s.UI.Count >= n } }
	a.placed(1001)
	a.placed(1002)
	until(t, a, "two are shown", onScreen(2))
	seen := a.seq()
	a.placed(1003)
	until(t, a, "another popup", func(ipc.Status) bool { return a.seq() != seen })
	a.post(func() { a.handleRequest(ipc.FromUI{ConfirmAll: seen}) })
	until(t, a, "nobody has seen the third", waiting("1001", "1002", "1003"))
	last := a.seq()
	a.post(func() { a.handleRequest(ipc.FromUI{ConfirmAll: last}) })
	until(t, a, "all are confirmed", waiting())
}
